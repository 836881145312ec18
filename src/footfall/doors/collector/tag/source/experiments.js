// Who sees which variant: the same hash as on the server, so nobody has to be asked.

const murmur3 = (text) => {
  const bytes = new TextEncoder().encode(text);
  const size = bytes.length;
  const turned = (value, by) => (value << by) | (value >>> (32 - by));
  const mixed = (value, by, factor) => Math.imul(value ^ (value >>> by), factor);
  let hash = 0;
  for (let at = 0; at < size; at += 4) {
    const block = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    hash ^= Math.imul(turned(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
    if (at + 4 <= size) hash = Math.imul(turned(hash, 13), 5) + 0xe6546b64;
  }
  hash = mixed(mixed(hash ^ size, 16, 0x85ebca6b), 13, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const places = (share) => Math.floor(share * 1e4 + 0.5);

const exposed = {};
const exposure = (experiment, variant) => {
  exposed[[experiment, variant]] ||= track('experiment_exposure', { experiment_id: experiment, variant: variant });
};

// The variant that this visitor sees, which is told; null for who takes no part or is not known.
const variantOf = (experiment, variants, options, callback) => {
  const wish = { traffic: 1, ...options };
  const weights = wish.weights || variants.map(() => 1);
  const sum = (end) => weights.slice(0, end).reduce((all, each) => all + each, 0);
  const drawn = (word, salt) => Math.floor(murmur3([word, salt, id].join('\x1f')) * 1e4 / 2 ** 32);
  let found = null;
  if (mayStore() && visitor() && !(wish.holdout && drawn('holdout', wish.holdout[0]) < places(wish.holdout[1])) && drawn('traffic', experiment) < places(wish.traffic)) {
    found = variants[weights.findIndex((each, at) => drawn('variant', experiment) < places(sum(at + 1) / sum()))];
    exposure(experiment, found);
  }
  callback?.(found);
  return found;
};
