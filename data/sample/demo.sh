#!/bin/sh
# The sample town 青荷镇: founded on 12 October 2026, one week in November as people would type it, the report on Monday the 23rd.
#
#     sh data/sample/demo.sh [FOLDER]        default: data/demo, made anew each time
#
# Only public commands; every line after a $ is a command, what follows is its answer. Under YIMA_NOW the town is a sample for ever and
# comes out the same each time, so the case numbers below are fixed; `opens` and `walk` stop where a number differs.
# README.md tells which line shows what, and where every case stands at the end.
set -eu
cd "$(dirname "$0")/../.."
sample=data/sample
town=${1:-data/demo}
if [ -z "${YIMA:-}" ]; then YIMA=yima; if [ -x .venv/bin/yima ]; then YIMA=.venv/bin/yima; fi; fi

day() { printf '\n━━━━ %s ━━━━\n' "$*"; }
at() { YIMA_NOW="2026-$1T$2"; export YIMA_NOW; clock=$2; }                        # at 11-16 08:50
say() { printf '\n%s  # %s\n' "$clock" "$*"; }
show() { printf '\n%s $ yima' "$clock"; printf ' %s' "$@"; printf '\n'; }
run() { show "$@"; "$YIMA" "$@"; }
must_say() { case $2 in *"$1"*) ;; *) printf 'demo.sh: 这里应当出现 %s\n' "$1" >&2; exit 1 ;; esac; }
opens() {                                                                         # opens K1-0009 scan …
  number=$1; shift; show "$@"
  answer=$("$YIMA" "$@"); printf '%s\n' "$answer"; must_say "$number" "$answer"
}
walk() {                                                                          # walk FILE PERSON [NUMBER …]: one visit a line
  file=$sample/visits/$1.txt; person=$2; shift 2
  printf '\n%s $ yima scan --by %s < %s\n' "$clock" "$person" "$file"
  answer=$("$YIMA" scan --by "$person" < "$file")
  printf '%s\n' "$answer" | grep -E 'K1-[0-9]|关门' || :
  printf '（共%s行；没有发现的不再列出）\n' "$(grep -c . < "$file")"
  for number in "$@"; do must_say "$number" "$answer"; done
}

# Only a town that this script made is removed.
if [ -L "$town" ] || [ -e "$town" ]; then
  if [ -L "$town" ] || [ ! -f "$town/.made-by-demo" ]; then
    printf 'demo.sh: %s 不是演示做的目录，没有动它；请换一个目录，或自己移走。\n' "$town" >&2
    exit 3
  fi
  rm -rf "$town"
fi

trap 'code=$?; if [ "$code" != 0 ]; then printf "demo.sh: 在上面这条命令停下（退出码 %s）。\n" "$code" >&2; fi' EXIT

day 10月12日 周一　建镇
at 10-12 09:00
founded=0
run init "$town" --name 青荷镇 --admin 顾晓 || founded=$?
if [ -d "$town" ]; then : > "$town/.made-by-demo"; fi
if [ "$founded" != 0 ]; then exit "$founded"; fi
YIMA_TOWN=$town; export YIMA_TOWN
mkdir "$town/ledgers"                                                             # what is rejected is written beside the ledger
cp $sample/shops.xlsx $sample/points.csv $sample/people.xlsx "$town/ledgers/"
run import shops "$town/ledgers/shops.xlsx" --datum gcj02
run import points "$town/ledgers/points.csv" --datum gcj02
run import people "$town/ledgers/people.xlsx"
say 联席会议的认领表放进镇目录；规则里写上街第一天，当场整改的抽查样例里调到千分之一
cp $sample/claims.yaml "$town/claims.yaml"
sed -e 's/^\( *street_start:\).*/\1 2026-10-12/' -e 's/^\( *recheck_share:\).*/\1 1000/' "$town/modules.yaml" > "$town/modules.new"
mv "$town/modules.new" "$town/modules.yaml"
run catalog check
run catalog publish
run matrix
run matrix 阿婆生煎
at 10-12 10:00
run sheet
run sheet --stock a6 --objects 阿婆生煎

day 10月14日—11月15日　头五周
at 10-14 09:00; walk 1014-wangfang 王芳 K1-0001
at 10-16 09:30; walk 1016-zhongxiu 钟秀
at 11-02 09:00; walk 1102-liqiang 李强
at 11-03 09:30; walk 1103-zhongxiu 钟秀
at 11-05 09:00; walk 1105-wangfang 王芳
at 11-09 09:00; walk 1109-wangfang 王芳 K1-0002
at 11-10 08:30; walk 1110-ludahai 鲁大海
at 11-10 16:00; run scan 阿婆生煎 --ok --mode self --by 林秀珍
at 11-10 16:20; run scan 蔡记豆腐 --ok --mode self --by 蔡小满
at 11-11 09:30; walk 1111-zhongxiu 钟秀
at 11-12 08:40; walk 1112-liqiang 李强 K1-0003
at 11-13 08:50; walk 1113-sunqian 孙倩
at 11-13 08:55; walk 1113-hewei 何伟
at 11-15 08:30; walk 1115-weixiaoyan 韦小燕
at 11-15 08:50; walk 1115-lubin 卢斌
at 11-15 08:55; walk 1115-fanjing 范晶
at 11-15 09:00; walk 1115-miaozhuang 苗壮

day 11月16日 周一
at 11-16 08:20; run report --week 2026-W46 --issue
at 11-16 08:30; walk 1116-ludahai 鲁大海
at 11-16 08:50; walk 1116-wangfang 王芳 K1-0004 K1-0005 K1-0006 K1-0007 K1-0008
at 11-16 09:00; run dispose K1-0004 told --by 王芳
at 11-16 09:20; run scan 阿婆生煎 -f '跨门经营!' --mode self --by 林秀珍
at 11-16 09:40; run scan 鲜果园水果 -f '22!' --mode self --by 董晓果
at 11-16 09:42; opens K1-0009 scan 青塘拉面 -f 跨门经营=灶台摆出门外 --by 钱进
at 11-16 10:00; run dispose K1-0009 confirm --by 周明
at 11-16 10:10; opens K1-0010 scan 老王五金 -f 占道堆物=两摞纸箱 --by 李强
at 11-16 10:15; run undo --by 李强
at 11-16 10:35; run dispose K1-0009 accept --by 周明
at 11-16 10:40; opens K1-0011 scan 福满楼饭店 -f 28=软管老化 --control --mode invited --by 高峰
at 11-16 11:00; run dispose K1-0011 done --by 高峰 --note 换新软管，检漏不冒泡
at 11-16 11:30; run dispose K1-0009 done --by 周明 --note 灶台收回店内
at 11-16 14:20; opens K1-0012 scan 阿婆生煎 -f 51=门前路灯不亮 --mode self --by 林秀珍
at 11-16 14:30; run scan 福满楼饭店 -f '28!' --mode invited --by 何伟
at 11-16 15:10; run scan 青塘拉面 -f '跨门经营!' --by 王芳
at 11-16 15:30; run scan 阿婆生煎 -f '跨门经营!' --by 周明
at 11-16 16:00; run scan 鲜果园水果 -f '22!' --by 龚平
at 11-16 16:30; run dispose K1-0005 temporary_lead --to dept:cjb --by 何静
at 11-16 17:00; run dispose K1-0009 close --by 郑洁
at 11-16 18:00; run sweep

day 11月17日 周二
at 11-17 08:10; run dispose K1-0012 done --by 潘悦 --note 路灯班已修好
at 11-17 08:30; walk 1117-ludahai 鲁大海
at 11-17 09:00; run dispose K1-0005 accept --by 许佳
at 11-17 09:05; run todo --by 陈立
at 11-17 09:10; run answer K1-0003 instruct --text 今天拆下多装的灯箱，冯涛到场 --by 陈立
at 11-17 15:30; run dispose K1-0003 --by 冯涛 --note 灯箱已拆
at 11-17 16:00; run scan 阿婆生煎 -f '51!' --mode self --by 林秀珍
at 11-17 16:30; run scan 同心棋牌室 -f '13!' --by 郑洁
at 11-17 18:00; run sweep

day 11月18日 周三
at 11-18 08:30; walk 1118-ludahai 鲁大海
at 11-18 08:50; walk 1118-sunqian 孙倩 K1-0013
at 11-18 08:55; walk 1118-hewei 何伟
at 11-18 09:00; run dispose K1-0013 told --by 周明
at 11-18 09:05; walk 1118-miaozhuang 苗壮
at 11-18 09:30; walk 1118-zhongxiu 钟秀 K1-0014
at 11-18 09:32; run dispose K1-0014 control --by 钟秀 --note 人已搬到西屋，墙边拉绳
at 11-18 10:00; run dispose K1-0005 extend --reason 权属要向供电企业核实 --by 卫平
at 11-18 10:20; run dispose K1-0013 done --by 袁野
at 11-18 10:40; run dispose K1-0014 suspend --reason 等待检测鉴定 --until 2026-12-10 --by 吕伟
at 11-18 15:00; run scan 荷花广场 -f '1!' --by 孙倩
at 11-18 18:00; run sweep

day 11月19日 周四
at 11-19 08:30; walk 1119-ludahai 鲁大海
at 11-19 09:30; walk 1119-liqiang 李强 K1-0015 K1-0016
at 11-19 16:00; run dispose K1-0016 transfer --to dept:water --reason 污水进了雨水管 --by 陈立
at 11-19 18:00; run sweep

day 11月20日 周五
at 11-20 08:30; walk 1120-ludahai 鲁大海
at 11-20 09:30; run answer K1-0007 instruct --text 城建办周一上午到店，缺字补齐 --by 邵云
at 11-20 10:00; run dispose K1-0016 refuse --about transfer --reason 水在路面，没有进管网 --by 喻江
at 11-20 15:00; opens K1-0017 scan 福满楼饭店 -f 38=一名员工健康证过期 --mode inspection --permit QH2026-0001 --told --by 吴敏
at 11-20 17:30; run sweep

day 11月21日 周六
at 11-21 08:30; walk 1121-weixiaoyan 韦小燕
at 11-21 08:50; walk 1121-lubin 卢斌
at 11-21 08:55; walk 1121-fanjing 范晶
at 11-21 09:00; walk 1121-miaozhuang 苗壮

day 11月22日 周日
at 11-22 08:30; walk 1122-weixiaoyan 韦小燕
at 11-22 09:00; walk 1122-wangfang 王芳 K1-0018 K1-0019

day 11月23日 周一　周报
at 11-23 08:30; run sweep
at 11-23 09:00
run status --by grid
run show 佳美发廊
run catalog agenda
run find 奶茶
run report --week 2026-W47 --issue
run doctor

printf '\n码牌和周报：\n'
find "$town" -name '*.pdf' -o -name '*.html' | sort
