// A choice that says data-submit sends its form at once; without JavaScript a button does. Who goes
// through the choices by keyboard has not chosen yet: they get the button too.
for (const button of document.querySelectorAll("[data-submit-button]")) button.hidden = true;
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-submit]");
  if (!field || event.key === "Tab") return;
  field.dataset.byKeyboard = "";
  for (const button of field.form.querySelectorAll("[data-submit-button]")) button.hidden = false;
});
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-submit]");
  if (field && field.dataset.byKeyboard === undefined) field.form.requestSubmit();
});
