// Whatever goes wrong in here, the page never learns of it.

(() => {
'use strict';

const safely = (work) => (...given) => {
  try {
    return work(...given);
  } catch { /* nothing of it is the page's business */ }
};

const begin = safely(() => {
