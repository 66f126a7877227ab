// Where the sections do not fit, the current one is in view.
for (const current of document.querySelectorAll(".sections a[aria-current]")) {
  const row = current.parentElement;
  row.scrollLeft = current.offsetLeft - (row.offsetWidth - current.offsetWidth) / 2;
}
