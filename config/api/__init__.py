"""The API's addresses, its OpenAPI document, and the page that shows it."""
