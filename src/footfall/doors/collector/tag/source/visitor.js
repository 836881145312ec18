// Who it is, and whether anything may be measured at all.

const CONSENT = '_ff.consent';
const isPrivate = navigator.globalPrivacyControl;
let isCookieless = isPrivate || told.cookieless !== undefined;
let answer;
let id;
let customer;

const answered = (word) => (stored(LOCAL, CONSENT) || answer) === word;
const isMute = () => answered('denied') || (isPrivate && told.gpc === 'drop');
const isAsking = () => told.consent === 'required' && !answered('granted');
const mayStore = () => !isCookieless && !isAsking() && !isMute();

const remembered = () => /_ff_id=([\w-]{9,64})/.exec(document.cookie)?.[1];

// 13 months from the first visit, and never longer.
const remember = (value) => {
  document.cookie = '_ff_id=' + value + ';path=/;samesite=lax;max-age=' + (value ? 34128e3 : 0) + (told.domain ? ';domain=' + told.domain : '');
};

// Where no cookie is kept, nobody is known.
const visitor = () => {
  if (!isCookieless && !id) {
    id = remembered();
    if (!id) remember(id = uuid());
    isCookieless = remembered() !== id;
  }
  return isCookieless ? undefined : id;
};

const consent = (word) => {
  if (!/^(granted|denied)$/.test(word)) return;
  answer = word;
  stored(LOCAL, CONSENT, word);
  if (isMute()) {
    waiting = [];
    queue = [];
    visit = {};
    id = customer = undefined;
    remember('');
    stored(SESSION, VISIT, '');
    slots().forEach((name) => stored(LOCAL, name, ''));
  } else if (isCounted) pass();
  else view();
};
