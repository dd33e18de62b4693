#!/bin/sh
# 一码专用: a town that begins with its waste alone, five items of the 52, and takes in a second module a week later.
#
#     sh data/sample/one-module.sh [FOLDER]        default: data/demo-waste, made anew each time
#
# Only public commands; every line after a $ is a command, what follows is its answer. Nothing is printed on paper.
set -eu
cd "$(dirname "$0")/../.."
ledgers=data/sample/one-module
town=${1:-data/demo-waste}
if [ -z "${YIMA:-}" ]; then YIMA=yima; if [ -x .venv/bin/yima ]; then YIMA=.venv/bin/yima; fi; fi

at() { YIMA_NOW="2026-$1T$2"; export YIMA_NOW; clock="$1 $2"; }
say() { printf '\n# %s\n' "$*"; }
run() { printf '\n%s $ yima' "$clock"; printf ' %s' "$@"; printf '\n'; "$YIMA" "$@"; }
claim() { run catalog claim "$1" --dept "$2" --meeting "$meeting" --on "$on" --basis "$3"; }

# The shipped modules.yaml with these items alone (by number): what a clerk does by deleting the others. What names a deleted item goes too.
only() {
  awk -v keep=" $* " '
    FNR == NR { if ($2 == "no:") no = $3; else if ($1 == "id:" && index(keep, " " no " ")) ids[$2] = 1; next }
    /^items:/ { items = 1; shown = 1 }
    /^# ── 流程/ { items = 0 }
    items && /^  # ── [0-9]/ { shown = index(keep, " " $3 " ") }
    /^      - \{item: / { id = $3; sub(",", "", id); if (!(id in ids)) next }
    /for: \[lpg_cylinder, gas_alarm\]/ { next }
    !items || shown
  ' modules.yaml modules.yaml > "$town/modules.new"
  mv "$town/modules.new" "$town/modules.yaml"
}

# Only a town that this script made is removed.
if [ -L "$town" ] || [ -e "$town" ]; then
  if [ -L "$town" ] || [ ! -f "$town/.made-by-demo" ]; then
    printf 'one-module.sh: %s 不是演示做的目录，没有动它；请换一个目录，或自己移走。\n' "$town" >&2
    exit 3
  fi
  rm -rf "$town"
fi
mkdir -p "$town/ledgers"
: > "$town/.made-by-demo"
cp $ledgers/*.csv "$town/ledgers/"                                    # what is rejected is written beside the ledger

say '先只管垃圾：52项里留下 5–9 五项，建镇'
at 10-12 09:00
only 5 6 7 8 9
run init "$town" --name 青荷镇 --admin 顾晓
YIMA_TOWN=$town; export YIMA_TOWN
run import shops "$town/ledgers/shops.csv"
run import points "$town/ledgers/points.csv"
run import people "$town/ledgers/people.csv"

say '联席会议认领，查一遍，发布'
at 10-12 10:00
meeting=第一次联席会议; on=2026-10-09
claim 5 cjb 《上海市生活垃圾管理条例》第二十四条
claim 6 cjb 《上海市生活垃圾管理条例》第二十五条
claim 7 cjb 《固体废物污染环境防治法》第四十九条
claim 8 cg 《上海市生活垃圾管理条例》第六十三条
claim 9 cg 《上海市建筑垃圾处理管理规定》第四十七条
run catalog check
run catalog publish
run matrix --check

say '收运时扫码：一家正常，一家混投，投放点满了'
at 10-13 07:30
run scan 鲜果园水果 --ok --by 鲁大海
run scan 阿婆生煎 -f 垃圾分类投放=湿垃圾里有塑料袋 --by 鲁大海
run scan 荷花路投放点 -f 6=桶满了 --by 孙倩
run dispose K1-0002 done --by 鲁大海
at 10-13 09:00
run scan 荷花路投放点 -f '6!' --by 孙倩
run scan 阿婆生煎 -f '5!' --by 孙倩
run status

say '一周以后再加一个大项：营商服务（46–52），人先登记，再认领、发布'
at 10-19 09:00
run import people "$town/ledgers/people-business.csv"
only 5 6 7 8 9 46 47 48 49 50 51 52
meeting=第二次联席会议; on=2026-10-16
claim 46 mr 《市场主体登记管理条例》第三十六条
claim 48 biz 《市场主体登记管理条例》第二十四条
claim 51 biz 《上海市优化营商环境条例》第四十九条
run catalog diff
run catalog publish
run catalog log
at 10-19 10:00
run scan 阿婆生煎 -f 51=门前路灯不亮 --mode proxy --consent --by 潘悦
run show 阿婆生煎
run doctor
