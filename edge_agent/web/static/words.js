// Words of the page, in the languages of the people who use it.

const WORDS = {
  zones: ["区域", "Zones"],
  calibration: ["标定", "Calibration"],
  teach: ["现场学习", "Teach"],
  train: ["学习", "Train"],
  use_it: ["启用", "Use it"],
  examples: ["样本", "Examples"],
  teach_hint: ["点一个检测框或事件框，或点空地，再选它是什么。每种至少 5 个，取自至少 3 个时刻（相隔 15 秒以上）；不同日子、不同光线更好。", "Tap a detection, an incident or the ground, then say what it is. At least 5 of each, from at least 3 moments (15 s apart); other days and other light are better."],
  teach_none: ["还没有选目标。", "Nothing is chosen."],
  teach_chosen: ["选中：{what}", "Chosen: {what}"],
  teach_ground: ["空地", "a place on the ground"],
  teach_accuracy: ["用其他时刻学习后，平均判对率 {balanced}（95% 区间 {low}–{high}）", "Taught by other moments, balanced accuracy {balanced} (95 %: {low} to {high})"],
  teach_good: ["可以启用；“会发生什么”已按它推演。", "Good enough: what would happen is told by it already."],
  proposed: ["待认定的图块", "Proposed"],
  proposed_hint: ["复看时判断不一的，以及平台确认或驳回的：由您认定是什么，或不采用。", "What the second look was of two minds about, and what the centre confirmed or rejected: say what it is, or refuse it."],
  take_as: ["认定为", "take it as"],
  take: ["采用", "Take"],
  refuse: ["不采用", "Refuse"],
  teach_in_use: ["已启用。", "In use."],
  forget: ["去掉", "Forget"],
  mark_incident: ["事件", "an incident"],
  mark_stall: ["摊位", "Stall"],
  mark_goods: ["货物", "Goods"],
  mark_garbage: ["垃圾", "Garbage"],
  mark_bin_closed: ["关闭的垃圾桶", "Closed bin"],
  mark_bin_overflowing: ["满溢的垃圾桶", "Overflowing bin"],
  mark_vehicle: ["车辆", "Vehicle"],
  mark_allowed: ["允许的物品", "Allowed thing"],
  mark_nothing: ["无目标", "Nothing"],
  camera: ["摄像机", "Camera"],
  language: ["语言", "Language"],
  tools: ["工具", "Tools"],
  undo: ["撤销", "Undo"],
  redo: ["重做", "Redo"],
  save: ["保存", "Save"],
  select: ["选择", "Select"],
  select_help: ["拖动顶点；点边上的小圆插入；方向键微调，Shift 加大；Delete 删除；Alt 不吸附", "Drag corners; the small dots insert one; arrows nudge, with Shift further; Delete removes; Alt does not snap"],
  draw_zone: ["画区域", "Draw zone"],
  draw_exempt: ["画豁免区", "Draw exempt"],
  draw_frontage: ["画店铺门前界线", "Draw frontage"],
  draw_ignore: ["画忽略区", "Draw ignored"],
  ignore_help: ["整个画面中不看的部分：画面上的时间字幕、固定摆设。五分之四落在其中的检测框处处不计。", "A part of the picture in which nothing is looked for: a burnt-in date, fixed furniture. A box of which four fifths lie in it counts nowhere."],
  ignored: ["忽略区 {n}", "ignored area {n}"],
  finish: ["完成", "Finish"],
  cancel: ["取消", "Cancel"],
  delete: ["删除", "Delete"],
  show_seen: ["检测与轨迹", "Detections, tracks"],
  refresh: ["重新取图", "New picture"],
  smaller: ["缩小", "Smaller"],
  larger: ["放大", "Larger"],
  earlier: ["上一次查看", "The look before"],
  play: ["播放：每秒四次查看", "Play, four looks a second"],
  ask_name: ["这个区域叫什么？事件和工单里会用这个名称（可空，以后也可填写）。", "What is this zone called? Incidents and work orders use the name (may be left empty, and filled in later)."],
  delete_zone: ["删除{name}，连同它的全部设置？可用“撤销”找回。", "Delete {name} with everything that is written of it? Undo brings it back."],
  later: ["下一次查看", "The next look"],
  moment: ["时刻", "Moment"],
  what_happens: ["会发生什么", "What would happen"],
  payloads: ["上报内容（JSON）", "What the centre would get (JSON)"],
  before_saving: ["保存前核对", "Before it is saved"],
  back: ["返回", "Back"],
  take_theirs: ["放弃绘制，读入文件", "Drop my drawing, take the file"],
  compare_again: ["与现在的文件再比较", "Compare with the file as it is now"],
  unsaved: ["未保存", "Not saved"],
  saved: ["已保存", "Saved"],
  nothing_changed: ["没有改动。", "Nothing was changed."],
  will_write: ["将写入 {file}：", "This will be written to {file}:"],
  cannot_save: ["还不能保存，请先改正：", "It cannot be saved yet, because of:"],
  changed_meanwhile: ["{file} 已被他人修改，没有覆盖。", "{file} was changed by somebody else meanwhile. Nothing was written over it."],
  add_line: ["请在站点文件中加一行：{line}", "For it to be used, add to the site file: {line}"],
  no_zones: ["还没有区域。选“画区域”，在画面上点出至少三个角。", "There is no zone yet. Choose “Draw zone” and tap at least three corners on the picture."],
  drawing_hint: ["点画面加角点；点第一个角、双击或按 Enter 完成；Backspace 去掉最后一个；Esc 取消。键盘：方向键移动十字，空格落点。", "Tap to add a corner; the first corner, a double tap or Enter finishes; Backspace takes the last one back; Esc cancels. By keyboard: arrows move the cross, Space sets a corner."],
  frontage_hint: ["点店铺门前界线的两端。箭头指向街道一侧，可在沿街商铺中更改；店内物品不会上报。", "Tap the two ends of the line. The arrow points into the street; the other side can be chosen under Shops. Goods inside are never reported."],
  zone_first: ["先选一个区域。", "Choose a zone first."],
  id: ["编号", "Id"],
  name_zh: ["名称（中文）", "Name (Chinese)"],
  name_en: ["名称（英文）", "Name (English)"],
  kinds: ["违规类型", "What is forbidden"],
  hours: ["生效时段", "Hours"],
  hours_hint: ["空为全天，如 Mo-Su 07:00-22:00", "empty: always; e.g. Mo-Su 07:00-22:00"],
  responsible: ["处置责任单位", "Responsible party"],
  each_kind: ["按违规类型分别填写", "One for each kind"],
  one_for_all: ["所有违规类型同一处置责任单位", "One for all kinds"],
  address: ["地址", "Address"],
  grid: ["单元网格标识码", "Unit grid cell"],
  shops: ["沿街商铺", "Shops"],
  street: ["街道在界线的（沿第一点到第二点看）", "Street, seen from the first end to the second"],
  street_left: ["左侧", "left"],
  street_right: ["右侧", "right"],
  street_unsaid: ["未注明（按区域推断）", "not said (taken from the zone)"],
  shop_name: ["店名", "Name"],
  permits: ["许可", "Permits"],
  holder: ["持证人", "Holder"],
  shop: ["沿街商铺", "Shop"],
  valid_from: ["自", "From"],
  valid_to: ["至", "To"],
  permit_area: ["许可范围", "Area"],
  draw_area: ["画范围", "Draw the area"],
  add_permit: ["加许可", "Add a permit"],
  exempt: ["豁免区", "Exempt areas"],
  number: ["第 {n} 个", "No. {n}"],
  more: ["更多设置", "More settings"],
  also: ["文件中另有：{keys}", "Also in the file: {keys}"],
  any: ["全部", "any"],
  default_of: ["默认 {value}", "{value} unless set"],
  folding: ["正在推演…", "Folding…"],
  fold_done: ["{looks} 次查看：事件 {incidents} 起，未成事件 {near} 次（{ms} 毫秒）", "{looks} looks: incidents {incidents}, near misses {near} ({ms} ms)"],
  fold_none: ["尚无检测结果：先检测，然后每次改动立即见效。", "Nothing has been detected yet: detect once, then every change shows at once."],
  fold_bad: ["改正后再推演。", "It is folded again once that is put right."],
  left_out: ["另有 {n} 次更短的未成事件未显示", "{n} shorter near misses are not shown"],
  seen_none: ["还没有检测这段录像", "This recording has not been looked at yet"],
  seen_part: ["已检测 {at} / {of}", "Detected {at} of {of}"],
  seen_whole: ["已检测 {of}", "Detected: {of}"],
  seen_given: ["检测日志到 {at}", "Detection log up to {at}"],
  seen_stream: ["实时摄像机：用 --log 指定检测日志即可推演", "A live camera: name a detection log with --log to fold it"],
  detect: ["开始检测", "Detect"],
  go_on: ["继续检测", "Go on"],
  stop: ["停止", "Stop"],
  candidate: ["疑似", "Candidate"],
  confirming: ["二次识别", "Second look"],
  asking: ["待劝导", "Asking"],
  warned: ["已劝导", "Warned"],
  ordered: ["已派工单", "Work order"],
  suppressed: ["许可豁免", "Permitted"],
  cancelled: ["中心撤销", "Cancelled"],
  near_miss: ["未成事件：驻留 {dwell}，应满 {needed}", "No incident: stood {dwell} of {needed}"],
  still_counting: ["仍在计时：驻留 {dwell}，应满 {needed}", "Still counting: {dwell} of {needed}"],
  size: ["画面大小（像素）", "Picture (pixels)"],
  date: ["测量日期", "Measured on"],
  crs: ["坐标", "Coordinates"],
  local: ["本地米制 [东, 北]", "metres, local [east, north]"],
  lens: ["镜头畸变", "Lens"],
  foot: ["摄像机脚下（可空）", "Place under the camera (may be empty)"],
  east: ["东（米）", "East (m)"],
  north: ["北（米）", "North (m)"],
  lon: ["经度", "Longitude"],
  lat: ["纬度", "Latitude"],
  pairs: ["控制点对", "Pairs"],
  pairs_hint: ["在画面上点一个地面点，再填它在地面上的位置；至少六对。", "Tap a point of the ground in the picture, then write down where it lies; six pairs or more."],
  left_out_error: ["留一误差", "Left out"],
  residual: ["残差", "Residual"],
  limit: ["限值", "Limit"],
  good: ["合格", "good"],
  too_far: ["超限", "too far"],
  believed: ["可信：留一误差最大 {left} 米，均方根 {rms} 米；点处每像素 {low}–{high} 米。", "Can be believed: left out at most {left} m, rms {rms} m; a pixel is {low} to {high} m at the pairs."],
  not_believed: ["不可信，不能保存。", "It cannot be believed, and not be saved."],
  problem: ["现为 {found}，应为 {expected}", "found {found}, expected {expected}"],
  too_few: ["{n} 对，至少需要六对。", "{n} pairs, six are needed."],
  incomplete: ["还有点没有位置。", "Some point has no place yet."],
  lost: ["与服务的连接断了，改动仍在此页。", "The studio does not answer. Your drawing is still on this page."],
  leave: ["有未保存的改动，仍要离开吗？", "There are changes that are not saved. Leave all the same?"],
  zone: ["区域 {id}", "zone {id}"],
  corner: ["{shape}，顶点 {n}", "{shape}, corner {n}"],
  dwell: ["驻留时长", "Dwell"],
  interval: ["劝导间隔", "Interval"],
  warnings: ["劝导次数", "Warnings"],
  final_grace: ["末次宽限", "Final grace"],
  leave_grace: ["离场宽限", "Leave grace"],
  bridge: ["缺口并计", "Bridge"],
  resume_window: ["续接时限", "Resume window"],
  return_window: ["复现时限", "Return window"],
  retry: ["重播间隔", "Retry"],
  warn_window: ["劝导时限", "Warn window"],
  undelivered: ["未能劝导时", "Undelivered"],
  confirm: ["二次识别须见", "Confirm"],
  confirm_of: ["二次识别张数", "Confirm of"],
  review: ["人工审核", "Review"],
  review_limit: ["审核时限", "Review limit"],
  unreviewed: ["无人审核时", "Unreviewed"],
};

const LANGUAGES = ["zh-CN", "en"];
let chosen = localStorage.getItem("language");
if (!LANGUAGES.includes(chosen)) chosen = navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";

export const language = () => chosen;

export function speak(language) {
  chosen = LANGUAGES.includes(language) ? language : "en";
  localStorage.setItem("language", chosen);
}

export function t(word, values = {}) {
  const said = WORDS[word];
  if (!said) return word;
  const text = said[LANGUAGES.indexOf(chosen)];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// A text by language, as files and the server have it.
export const read = (texts) => texts?.[chosen] ?? texts?.en ?? Object.values(texts ?? {})[0] ?? "";

/** @param {any} [root] the document, or the element whose contents are labelled */
export function label(root = document) {
  document.documentElement.lang = chosen;
  for (const each of root.querySelectorAll("[data-t]")) each.textContent = t(each.dataset.t);
  for (const each of root.querySelectorAll("[data-title]")) each.title = t(each.dataset.title);
  for (const each of root.querySelectorAll("[data-label]")) each.setAttribute("aria-label", t(each.dataset.label));
}

export function span(seconds) {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function hour(started, seconds, timezone, fine) {
  const at = new Date(new Date(started).getTime() + seconds * 1000);
  return new Intl.DateTimeFormat(chosen, { timeZone: timezone, hour12: false, hour: "2-digit", minute: "2-digit", ...(fine ? { second: "2-digit" } : {}) }).format(at);
}

export function clock(started, seconds, timezone) {
  const at = new Date(new Date(started).getTime() + seconds * 1000);
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { timeZone: timezone, hour12: false, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return new Intl.DateTimeFormat(chosen, parts).format(at);
}
