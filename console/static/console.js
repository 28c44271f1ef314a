// Live parts, keyboard shortcuts, and the alarm for a caller who waits. No page needs this file to be read or acted on.
(() => {
  "use strict";
  const BEAT = 2000, SLOWEST = 5000, OLD = 10000;

  // --- Live parts: poll and morph; slower when the server is slow, not at all when the tab is hidden. ---
  const live = () => document.querySelector("[data-live]");
  let lastAnswer = Date.now(), asked = 0, next = 0, waiting = false;

  const tick = () => {
    const part = live();
    if (!part) return;
    const now = Date.now();
    if (!document.hidden && !waiting && now >= next && !holdsFocus(part)) {
      waiting = true;
      asked = now;
      htmx.trigger(part, "beat");
    }
    if (waiting && now - asked > OLD) waiting = false;
    showAge(now - lastAnswer);
  };

  const holdsFocus = (part) => {
    const active = document.activeElement;
    return active && part.contains(active) && active.matches("input, select, textarea");
  };

  const showAge = (age) => {
    const old = age > OLD;
    document.body.classList.toggle("stale", old);
    const word = document.querySelector(".staleness");
    if (word && old) {
      const text = `Not updated for ${Math.round(age / 1000)} seconds. What you see is old.`;
      if (word.textContent !== text) word.textContent = text;
    }
  };

  // An answer is shown only where it is the part itself: not an error, nor the page that asks to sign in again.
  const received = (event) => {
    const { response } = event.detail.ctx;
    if (!live() || !waiting) return;
    if (response.raw.redirected || response.status === 401) { event.preventDefault(); location.reload(); return; }
    if (response.status === 200) lastAnswer = Date.now();
    else event.preventDefault();
  };
  const finished = () => {
    if (!waiting) return;
    waiting = false;
    next = Date.now() + Math.min(SLOWEST, Math.max(BEAT, (Date.now() - asked) * 10));
    alarm();
  };
  document.addEventListener("htmx:after:request", received);
  document.addEventListener("htmx:finally:request", finished);
  document.addEventListener("visibilitychange", () => { next = 0; });
  setInterval(tick, 250);

  // --- A caller who waits too long: title, icon, and sound once it is armed by a click. ---
  // A tab stays armed from page to page. On a page without the calls, it asks how many callers are at risk.
  const ARMED = "callrouter-sound", ASK = 5000;
  let sound = null, elsewhere = 0, unanswered = 0;
  const title = document.title;
  const seesCalls = () => document.getElementById("tile-risk") && !(document.hidden && sound);
  const alarm = () => {
    const at_risk = seesCalls() ? document.querySelectorAll("[data-at-risk]").length : elsewhere;
    document.title = at_risk ? `▲ ${at_risk} at risk – ${title}` : title;
    const icon = document.querySelector("link[rel=icon]");
    const shown = icon && (at_risk ? icon.dataset.risk : icon.dataset.calm);
    if (icon && icon.getAttribute("href") !== shown) icon.setAttribute("href", shown);
    if (at_risk && sound) beep();
  };
  const beep = () => {
    const tone = sound.createOscillator(), level = sound.createGain();
    tone.frequency.value = 880;
    level.gain.value = 0.2;
    tone.connect(level).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.25);
  };
  // What the page says is what is so: a browser may refuse to sound until somebody clicks.
  const showSound = () => {
    const sounds = Boolean(sound) && sound.state === "running";
    for (const button of document.querySelectorAll("[data-arm-sound]")) {
      button.setAttribute("aria-pressed", String(sounds));
      button.textContent = sounds ? "Sound is on" : "Turn sound on";
    }
    const silent = document.querySelector(".silent");
    if (silent) {
      silent.hidden = !sound || (sounds && unanswered < 3);
      silent.querySelector("span").textContent = sounds ? silent.dataset.unanswered : silent.dataset.refused;
    }
  };
  const arm = () => {
    sound = new AudioContext();
    sound.addEventListener("statechange", showSound);
    sessionStorage.setItem(ARMED, "yes");
    showSound();
  };
  const disarm = () => {
    sound.close();
    sound = null;
    sessionStorage.removeItem(ARMED);
    showSound();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-arm-sound]");
    if (sound && sound.state === "suspended") { sound.resume().then(beep); return; }
    if (!button) return;
    if (sound) { disarm(); return; }
    arm();
    beep();
  });
  const askElsewhere = async () => {
    const address = document.body.dataset.alarmAddress;
    if (!sound || !address || seesCalls()) return;
    try {
      const answer = await fetch(address, { redirect: "error" });
      elsewhere = (await answer.json()).at_risk;
      unanswered = 0;
    } catch { unanswered += 1; }
    showSound();
    alarm();
  };
  setInterval(askElsewhere, ASK);
  if (sessionStorage.getItem(ARMED) && document.body.dataset.alarmAddress) { arm(); askElsewhere(); }

  // --- Shortcuts: two keys, ignored in fields and with modifiers. ---
  let first = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts === "off") return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    const help = document.getElementById("shortcuts");
    if (event.key === "?" && help) { help.showModal(); return; }
    if (event.key === "/") {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
      return;
    }
    if (first === "g") {
      const link = document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`);
      if (link) link.click();
    }
    first = first === "g" ? "" : event.key;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close]");
    if (button) button.closest("dialog").close();
    const print = event.target.closest("[data-print]");
    if (print) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => { copy.textContent = "Copied"; });
  });

  // A message that is heard is hidden when the person leaves the page, and after its minutes.
  const hide = document.querySelector("form[data-hide-after]");
  if (hide) {
    setTimeout(() => hide.requestSubmit(), hide.dataset.hideAfter * 1000);
    window.addEventListener("pagehide", () => {
      document.querySelector("audio").removeAttribute("src");
      navigator.sendBeacon(hide.action, new FormData(hide));
    });
    // The page as it was before one left it, kept by the browser, is hidden too.
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  // A number that is shown is cleared after its seconds, and when the person leaves the page.
  const revealed = document.querySelector("[data-revealed]");
  if (revealed) {
    const ends = Date.now() + revealed.dataset.revealed * 1000;
    const leave = () => { revealed.textContent = ""; location.replace(revealed.dataset.back); };
    const count = () => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left <= 0) { leave(); return; }
      document.querySelector("[data-seconds-left]").textContent = `, for ${left} more ${left === 1 ? "second" : "seconds"}`;
    };
    count();
    setInterval(count, 250);
    window.addEventListener("pagehide", () => { revealed.textContent = ""; });
    window.addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
  }

  // A form that changes something is sent once: a second click does nothing, until the page is shown again.
  const buttons = (form) => [...form.elements].filter((each) => each.matches("button"));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    // Once the form is read: a button that is disabled before is not sent with it.
    setTimeout(() => { for (const button of buttons(form)) button.disabled = true; });
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of buttons(form)) button.disabled = false;
    }
  });

  // A summary of errors takes the focus, so that it is read first; without one, what the page asks to be looked at.
  const important = document.querySelector(".errors") || document.querySelector("[data-read-first]");
  if (important) important.focus();
  // Work that takes several requests goes on by itself.
  const goes_on = document.querySelector("form[data-continue]");
  if (goes_on) goes_on.requestSubmit();
  // The zone of the browser, for the first sign-in.
  for (const field of document.querySelectorAll("input[data-browser-zone]")) {
    field.value = field.value || Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }
  alarm();
})();
