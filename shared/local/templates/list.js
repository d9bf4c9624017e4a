// Refreshes the list periodically. Without this script, the page stays as it was loaded.
const every = 3000;

async function refresh() {
  if (document.hidden) return;
  const summary = document.getElementById("summary");
  const shown = document.getElementById("mails");
  let page;
  try {
    const answer = await fetch(location.href);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    summary.textContent = "The mailbox is not responding. Is cargo xtask dev running?";
    return;
  }
  const [count, mails] = ["summary", "mails"].map((id) => page.getElementById(id));
  if (!count || !mails) return;
  if (summary.textContent !== count.textContent) summary.textContent = count.textContent;
  if (shown.innerHTML === mails.innerHTML) return;
  const link = shown.contains(document.activeElement) && document.activeElement.getAttribute("href");
  document.title = page.title;
  shown.replaceWith(mails);
  if (link) mails.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
}

setInterval(refresh, every);
