"""Files from the CRM: read, mapped, checked, planned, committed, undone."""
