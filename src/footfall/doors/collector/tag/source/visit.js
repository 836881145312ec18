// What is known of this visit, in this tab only: its orders and conversations.

const SESSION = 'sessionStorage';
const VISIT = '_ff.visit';
let visit;

// A conversation ends with the visit: after half an hour in which nothing happens.
const touch = () => {
  if (now() - visit.at > 18e5) visit = { orders: visit.orders };
  visit.at = now();
  if (mayStore()) stored(SESSION, VISIT, JSON.stringify(visit));
};

// A page of thanks that is loaded again says its order again. With an id an order counts once wherever
// it is told; without one only this tab can know that it is the same.
const isRepeated = (said) => {
  const order = said?.transaction_id || written(said);
  if (visit.orders?.includes(order) && (said?.transaction_id || performance.navigation?.type)) return 1;
  visit.orders = [order].concat(visit.orders || []).slice(0, 9);
};
