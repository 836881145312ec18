// The demo shop's own script: it tells Google's dataLayer what happens, as shops do.

const told = (id) => JSON.parse(document.getElementById(id).textContent);
const layer = window.dataLayer = window.dataLayer || [];
const push = (events) => events.forEach((event) => layer.push({ ecommerce: null }, event));

// Until the tag is there, what it is asked waits.
window.footfall = window.footfall || function () {
  (window.footfall.q = window.footfall.q || []).push(arguments);
};
const footfall = (...asked) => window.footfall(...asked);

push(told('push'));
document.querySelectorAll('form[data-pushes]').forEach((form) => {
  form.addEventListener('submit', () => push(told('on-submit')));
});

const headline = document.getElementById('headline');
if (headline) {
  footfall('variant', 'demo-headline', ['Light that stays', 'Evenings, by lamp'], {}, (found) => {
    if (found) headline.textContent = found;
  });
}

const banner = document.getElementById('banner');
if (banner) banner.hidden = Boolean(localStorage.getItem('_ff.consent'));
document.querySelectorAll('[data-consent-answer]').forEach((button) => {
  button.addEventListener('click', () => {
    footfall('consent', button.dataset.consentAnswer);
    if (banner) banner.hidden = true;
  });
});

// --- the boxes of the help page, which speak as the widgets do -----------------------------------

const say = (id, text) => {
  document.getElementById(id).textContent = text;
};
const widget = (name, detail) => window.dispatchEvent(new CustomEvent('fw:live-helper:' + name, { detail }));
const adviser = { widget_id: 'advice', agent_id: 'a-1', agent_name: 'Kim' };
const ANSWERS = { 'click-chat-with-agent': 'agent-answer-chat', 'click-call-agent': 'agent-answer-call' };

const advice = document.getElementById('advice');
if (advice) {
  setTimeout(() => widget('impression', { widget_id: 'advice' }), 1000);
  advice.querySelectorAll('[data-firework]').forEach((button) => button.addEventListener('click', () => {
    const name = button.dataset.firework;
    widget(name, { widget_id: 'advice' });
    say('advice-said', ANSWERS[name] ? 'Kim is coming …' : 'How shall we talk?');
    if (ANSWERS[name]) {
      setTimeout(() => {
        widget(ANSWERS[name], adviser);
        say('advice-said', 'Kim: what light are you looking for?');
      }, 1200);
    }
  }));
  document.querySelectorAll('[data-loyjoy]').forEach((button) => button.addEventListener('click', () => {
    const about = { process_id: 'find-your-light', process_name: 'Find your light', bot_id: 'demo' };
    footfall('loyjoy', button.dataset.loyjoy, about);
    layer.push({ evt: button.dataset.loyjoy, ...about });
    say('experience-said', button.dataset.loyjoy === 'start' ? 'When do you read?' : 'Then it is the Halo lamp.');
  }));
}
