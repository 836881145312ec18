// Who sees which variant: the same hash as on the server, so nobody has to be asked.

const murmur3 = (text) => {
  const bytes = new TextEncoder().encode(text);
  const size = bytes.length;
  const turned = (value, by) => value << by | value >>> 32 - by;
  const mixed = (value, by, factor) => Math.imul(value ^ value >>> by, factor);
  let hash = 0;
  for (let at = 0; at < size; at += 4) {
    const block = [3, 2, 1, 0].reduce((all, each) => all << 8 | bytes[at + each], 0);
    hash ^= Math.imul(turned(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
    if (at + 4 <= size) hash = Math.imul(turned(hash, 13), 5) + 0xe6546b64;
  }
  hash = mixed(mixed(hash ^ size, 16, 0x85ebca6b), 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
};

const exposed = {};
const exposure = (experiment, variant) => {
  exposed[[experiment, variant]] ||= track('experiment_exposure', { experiment_id: experiment, variant: variant });
};

// The variant that this visitor sees, which is told; null for who takes no part or is not known.
const variantOf = (experiment, variants, options, callback) => {
  const wish = { traffic: 1, ...options };
  const weights = wish.weights || variants.map(() => 1);
  const whole = weights.reduce((all, each) => all + each);
  const drawn = (word, salt) => murmur3([word, salt, id].join('\x1f')) * 1e4 / 2 ** 32 | 0;
  let sum = 0;
  let found = null;
  if (mayStore() && visitor() && !(wish.holdout && drawn('holdout', wish.holdout[0]) < Math.round(wish.holdout[1] * 1e4)) && drawn('traffic', experiment) < Math.round(wish.traffic * 1e4)) {
    found = variants.find((each, at) => drawn('variant', experiment) < Math.round((sum += weights[at]) / whole * 1e4));
    exposure(experiment, found);
  }
  callback?.(found);
  return found;
};
