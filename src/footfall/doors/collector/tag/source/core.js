// What everything else stands on.

const script = document.currentScript || document.querySelector('script[data-key]');
const told = script.dataset;
if (!told.key || window.footfall?.loyjoy) return;

const now = Date.now;

const listen = (names, work) => names.split(' ').forEach((name) => window.addEventListener(name, safely(work), { capture: true, passive: true }));

// Does something a little later, however often it is asked to meanwhile.
const lazily = (wait, work) => {
  let timer;
  return () => {
    timer = timer || setTimeout(safely(() => {
      timer = 0;
      work();
    }), wait);
  };
};

// Reads what is stored, or writes it ('' takes it away); nothing where the browser allows neither.
const stored = (kind, name, value) => {
  try {
    const box = window[kind];
    return value ? (box.setItem(name, value), 1) : value === '' ? box.removeItem(name) : box.getItem(name);
  } catch { /* then it is not */ }
};

// A UUIDv7 with a count in it: the order of events goes by time, then by id.
let rank = 0;
const hex = (number, size) => number.toString(16).padStart(size, '0');
const uuid = () => {
  rank = (rank + 1) % 4096;
  const random = [...crypto.getRandomValues(new Uint8Array(7))].map((byte) => hex(byte, 2)).join('');
  return (hex(now(), 12) + '7' + hex(rank, 3) + 'a0' + random).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

// What a page says, as JSON that is surely taken: no text is too long, or cut within a character.
const written = (value) => JSON.stringify(value, (name, each) => {
  if (!each?.slice || each.map) return each;
  const text = each.slice(0, /^(text|feedback|answer)$/.test(name) ? 8192 : name === 'url' ? 2048 : 1024);
  return text.toWellFormed?.() || text;
});

// An address without what it may say of a person.
const plain = (address) => (/^http/.test(address) ? address.split(/[?#]/)[0] : address.split(':')[0] + ':');
