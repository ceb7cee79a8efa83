// Everything works without this file. It adds: quick exit without a trace in the history (the link, or three times
// Escape), copying and printing the code, and a little work that shows that a person's browser sends the report.
"use strict";
const exit = document.querySelector("[data-exit]");
const leave = () => location.replace(exit.href);
let presses = [];
exit.addEventListener("click", (event) => { event.preventDefault(); leave(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") { presses = []; return; }
  presses = [...presses, event.timeStamp].filter((moment) => event.timeStamp - moment < 2000);
  if (presses.length >= 3) leave();
});

const code = document.querySelector("[data-code]");
const copy = document.querySelector("[data-copy]");
const print = document.querySelector("[data-print]");
if (print) { print.hidden = false; print.addEventListener("click", () => window.print()); }
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText([...code.children].map((group) => group.textContent).join("-"));
    const copied = document.querySelector("[data-copied]");
    copied.textContent = copied.dataset.words;
  });
}

// Proof of work: a number with which the hash of the challenge begins with enough zero bits.
const proof = document.querySelector("[data-challenge]");
if (proof && globalThis.crypto && crypto.subtle) {
  const bits = Number(proof.dataset.bits);
  const work = async () => {
    const encoder = new TextEncoder();
    for (let nonce = 0; ; nonce += 1) {
      const hash = await crypto.subtle.digest("SHA-256", encoder.encode(`${proof.dataset.challenge}:${nonce}`));
      if (new DataView(hash).getUint32(0) >>> (32 - bits) === 0) { proof.value = String(nonce); return; }
    }
  };
  work();
}
