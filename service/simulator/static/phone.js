// The page works without this. With it, forms are sent in the background: the place, the focus and what is half typed stay.
"use strict";
(() => {
  let waiting = 0;
  let last = Promise.resolve();

  const TYPED = "[name=text], [name=speech]";
  const same = (a, b) => a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

  // What a control holds is not in its attributes; a text half typed is the person's own, whatever comes meanwhile.
  const keepUp = (old, fresh, form) => {
    if (!old.name) return; // a switch of this script's own
    const given = fresh.getAttribute("value") || "";
    if (old.type === "checkbox" || old.type === "radio") {
      old.checked = fresh.hasAttribute("checked");
    } else if (old.matches(TYPED)) {
      if (old.form === form && !old.value) old.value = given;
    } else if (old.form === form || old.value === old.defaultValue) {
      old.value = given;
    }
  };

  const patch = (old, fresh, form) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeName === "INPUT") keepUp(old, fresh, form);
    fresh.toggleAttribute("open", old.open || fresh.hasAttribute("open"));
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      let match = at;
      while (match && !same(match, child)) match = child.id ? match.nextSibling : null;
      if (!match) {
        old.insertBefore(child, at);
        continue;
      }
      while (at !== match) {
        const gone = at;
        at = at.nextSibling;
        gone.remove();
      }
      at = match.nextSibling;
      patch(match, child, form);
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };

  // Calls, read aloud by the browser where it can: what is new, once, and no longer than until the next step.
  const voice = window.speechSynthesis;
  document.body.toggleAttribute("data-speaks", Boolean(voice));
  const speak = (all) => {
    for (const said of all) voice.speak(Object.assign(new SpeechSynthesisUtterance(said.textContent), { lang: said.lang }));
  };
  const aloud = (form) => voice && document.getElementById(`aloud-${form.dataset.call}`)?.checked;

  // Where a person goes on: in the field they texted from; with a finger, that would bring up the keyboard, so in the log.
  const goOn = (form, before, next) => {
    const fault = document.querySelector(".wrong");
    const id = form.dataset.phone;
    const finger = matchMedia("(pointer: coarse)").matches;
    if (id) {
      const tapped = !form.classList.contains("write") && finger;
      document.getElementById(tapped ? `log-${id}` : `text-${id}`)?.focus({ preventScroll: true });
      const log = document.getElementById(`log-${id}`);
      const newest = log?.querySelector("li:last-child")?.offsetHeight || 0; // the log scrolls up from 0
      if (log) log.scrollTop = -Math.max(0, newest - log.clientHeight + 24);
    } else if (form.dataset.call) {
      const log = document.getElementById(`heard-${form.dataset.call}`);
      const to = finger && next?.startsWith("speech") ? log : document.getElementById(next);
      if (!document.contains(before) || before === document.body) to?.focus({ preventScroll: true });
      const newest = log?.querySelector("li.us:last-child, li:has(+ .note:last-child)")?.offsetHeight || 0;
      if (log) log.scrollTop = -Math.max(0, newest - log.clientHeight + 24);
    } else if (!document.contains(before) || before === document.body) {
      (fault?.parentElement.querySelector("input, button") || document.querySelector(".write input"))?.focus();
    }
    if (fault) fault.scrollIntoView({ block: "nearest" });
  };

  const show = (text, form) => {
    const before = document.activeElement;
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    if (!fresh) throw new Error("no page");
    document.getElementById("lost")?.remove();
    const next = fresh.querySelector("[autofocus]")?.id;
    for (const field of fresh.querySelectorAll("[autofocus]")) field.removeAttribute("autofocus");
    const heard = new Set(document.querySelectorAll(".says"));
    patch(document.querySelector("main"), document.adoptNode(fresh), form);
    if (aloud(form)) speak([...document.querySelectorAll(".says")].filter((said) => !heard.has(said)));
    goOn(form, before, next);
  };

  const lost = () => {
    document.getElementById("lost")?.remove();
    const said = document.createElement("p");
    Object.assign(said, { id: "lost", className: "wrong", textContent: "The simulator does not answer. Is it still running?" });
    said.setAttribute("role", "alert");
    document.querySelector("header").append(said);
    said.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, fields) => {
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
      show(await answer.text(), form);
    } catch {
      lost();
      const field = form.querySelector(TYPED);
      if (field && !field.value) field.value = fields.get(field.name);
    }
    waiting -= 1;
    document.body.toggleAttribute("data-busy", waiting > 0);
  };

  // One after the other, in the order they were given; a second tap on the same answer is none.
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter;
    if (waiting && ["tap", "begin"].includes(button?.name)) return;
    if (form.dataset.call) voice?.cancel();
    const fields = new URLSearchParams(new FormData(form));
    if (button?.name) fields.append(button.name, button.value);
    const field = form.querySelector(TYPED);
    if (field) field.value = "";
    waiting += 1;
    document.body.toggleAttribute("data-busy", true);
    last = last.then(() => send(form, fields));
  });
  document.addEventListener("change", (event) => {
    if (event.target.form?.matches("[data-at-once]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-aloud]")) {
      voice.cancel();
      if (event.target.checked) speak([...event.target.closest(".call").querySelectorAll(".us")].pop()?.querySelectorAll(".says") || []);
    }
  });
  window.addEventListener("pagehide", () => voice?.cancel());
})();
