// A choice that says data-submit sends its form at once; without JavaScript a button does.
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-submit]");
  if (field) field.form.requestSubmit();
});
for (const button of document.querySelectorAll("[data-submit-button]")) button.hidden = true;
