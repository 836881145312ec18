// The chat widgets of others, by the events that they tell the page.

// A conversation has no id in the page: one is made when the visitor asks.
const request = (vendor, channel, said) => {
  visit[vendor] = uuid();
  visit.isJoined = 0;
  track('conversation_request', { ...said, conversation_id: visit[vendor], channel: channel, initiator: 'visitor' });
};

'impression click-widget click-call-agent click-chat-with-agent agent-answer-call agent-answer-chat'.split(' ').forEach((name) => listen('fw:live-helper:' + name, (event) => {
  const said = { ...event.detail };
  const isCall = /call/.test(name);
  const say = (sender, more) => track(isCall ? 'call_joined' : 'conversation_message', { ...more, conversation_id: visit.firework, sender: sender });
  if (name === 'impression') track('widget_impression', said);
  else if (name === 'click-widget') track('widget_click', { ...said, origin: 'widget' });
  else if (/^click/.test(name)) {
    request('firework', isCall ? 'video' : 'text', said);
    if (!isCall) say('visitor');
  } else if (visit.firework) {
    say('agent', said);
    if (isCall && !visit.isJoined) visit.isJoined = say('visitor');
  }
}));

// Its events by our names; where the two differ more than by a word that is left out.
const LOYJOY = {
  __proto__: null,
  start: 'experience_start', sub_process_visited: 'module_shown', interaction: 'experience_interaction',
  sign_up: 'customer_created', customer_purged: 'customer_deleted', pin_mail_sent: 'pin_email_sent',
  advent_calendar_door_opened: 'advent_calendar_open', points_emitted: 'points_awarded', points_spent: 'points_redeemed',
  appointment_created: 'appointment_booked',
};
const SAME = /^(screen_time|participation|(coupon|image)_uploaded|coupon_issued|customer_(created|deleted)|reward_redeemed|pin_(succeeded|failed))$/;

// Our event and what it says; what nobody knows keeps its name under the vendor's.
const meaning = (said) => {
  const name = said.replace(/^(sign_in(?=_p)|loyalty|snapshot)_|_code(?=_[iu])/g, '');
  const is = (pattern) => pattern.exec(said);
  let found;
  if (LOYJOY[name] || SAME.test(name)) return [LOYJOY[name] || name];
  if (found = is(/^(web_push|reminder|newsletter|sms|profiling)_(?:single_(opt_in_\w+ed)|(single|double)_opt_in|(opt_out))$/)) return [found[2] || found[4] || 'opt_in_' + found[3], { channel: found[1] }];
  if (found = is(/nps_survey_score_(\d+)$/)) return ['survey_response', { survey_type: 'nps', score: +found[1], status: 'submitted' }];
  if (found = is(/^jump_decision_(.+)/)) return ['decision_made', { option: found[1] }];
  if (found = is(/^(quiz_answer|code_entered)_(in)?correct$/)) return [found[1], { correct: !found[2] }];
  if (found = is(/^(birthdate|phone_number|postal_address|gender|(first|last)name)_(entered|updated)$/)) return ['data_entered', { field: found[1].replace('tn', 't_n') }];
  return ['loyjoy_' + said.toLowerCase().replace(/\W+/g, '_').slice(0, 57), { event_name: said }];
};

// The same event may be told to the listener and to the dataLayer; within two seconds that is one.
const twins = {};
const loyjoy = (name, about, isLayer) => {
  const said = String(name);
  const twin = twins[said + about?.process_id] ||= {};
  const side = isLayer ? 1 : -1;
  twin.sum = (now() - twin.at < 2e3 ? twin.sum : 0) + side;
  twin.at = now();
  if (twin.sum * side <= 0 || /^(session_|participant_|user_agent_)/.test(said)) return;
  if (said === 'live_chat_started') request('loyjoy', 'text');
  else if (said === 'live_chat_ended') track('call_ended', { conversation_id: visit.loyjoy });
  else {
    const [event, properties] = meaning(said);
    track(event, { ...about, evt: undefined, process_id: undefined, process_name: undefined, experience_id: about?.process_id, experience_name: about?.process_name, ...properties });
  }
};
