/** Amounts as people type and sign them; the same rules as rules/amounts.py, which decides. */

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const UNITS = { 十: 10n, 百: 100n, 千: 1000n, 万: 10000n, 亿: 100000000n };

/** Typed text as whole fen (BigInt), or null where it is no amount. */
export function parseAmount(text) {
  const bare = text.normalize("NFKC").replace(/\s+/g, "").toUpperCase()
    .replace(/^(?:人民币|RMB|CNY|[¥￥])+/, "").replace(/(?:元|圆|块)?(?:整|正)?$/, "");
  const shape = /^([\d.,]+)([十百千万亿]{0,3})$/.exec(bare);
  if (!shape) return null;
  if (shape[1].includes(",") && !/^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/.test(shape[1])) return null;
  const figure = /^(\d*)\.?(\d*)$/.exec(shape[1].replaceAll(",", ""));
  if (!figure || !(figure[1] + figure[2])) return null;
  let fen = BigInt(figure[1] + figure[2]) * 100n;
  for (const unit of shape[2]) fen *= UNITS[unit];
  const scale = 10n ** BigInt(figure[2].length);
  return fen % scale === 0n ? fen / scale : null;
}

/** ¥1,234,567.50 */
export function yuanWords(fen) {
  const yuan = (fen / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `¥${yuan}.${(fen % 100n).toString().padStart(2, "0")}`;
}

/** Whole fen as a person types them: 1,340,000 or 1,340,000.50 */
export function typedAmount(fen) {
  return yuanWords(fen).slice(1).replace(/\.00$/, "");
}

/** 壹佰肆拾万元整 */
export function capitals(fen) {
  const yuan = fen / 100n;
  const rest = Number(fen % 100n);
  const [jiao, cents] = [Math.floor(rest / 10), rest % 10];
  const whole = yuan || !rest ? `${integer(yuan)}元` : "";
  if (!rest) return `${whole}整`;
  const tenths = jiao ? `${DIGITS[jiao]}角` : whole && "零";
  return whole + tenths + (cents ? `${DIGITS[cents]}分` : "整");
}

function integer(number) {
  if (number === 0n) return "零";
  const [high, low] = [number / 100000000n, number % 100000000n];
  if (high) {
    const gap = low && (low < 10000000n || high % 10000n === 0n) ? "零" : "";
    return `${integer(high)}亿${gap}${low ? integer(low) : ""}`;
  }
  const [wan, rest] = [number / 10000n, number % 10000n];
  if (!wan) return four(rest);
  return `${four(wan)}万${rest && rest < 1000n ? "零" : ""}${four(rest)}`;
}

function four(number) {
  let [written, zeroWaits] = ["", false];
  for (const place of [3, 2, 1, 0]) {
    const digit = Number((number / 10n ** BigInt(place)) % 10n);
    if (digit === 0) {
      zeroWaits = written !== "";
    } else {
      written += (zeroWaits ? "零" : "") + DIGITS[digit] + PLACES[place];
      zeroWaits = false;
    }
  }
  return written;
}
