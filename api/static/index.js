// Says whether the API answers; asked again every ten seconds.
const state = document.getElementById("state");

async function look() {
  let ready = false;
  try {
    ready = (await fetch("/health/ready")).ok;
  } catch {
    ready = false;
  }
  state.textContent = ready ? "ready" : "not ready";
  state.className = ready ? "ready" : "away";
}

look();
setInterval(look, 10_000);
