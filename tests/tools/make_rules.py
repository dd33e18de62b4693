"""The one-off converter: the proposed tables (items52, roles, departments, trades, flows) become the files of the house.

    python tests/tools/make_rules.py SOURCE OUT           writes modules.yaml, roles.yaml and calendar.csv into OUT
    python tests/tools/make_rules.py SOURCE OUT --compare reads OUT with the adapter and names everything that was lost on the way

Kept so that the way from the proposal to modules.yaml can be walked again. The files themselves are edited by hand from now on: what the
proposal does not have (`not_this_if`, `street_starts`, deputies, longer remarks) stands only there. A period that was changed on purpose says why
in `basis: every_source`, and is not compared.
"""

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

MODULES_EN = {
    "appearance": "City appearance",
    "safety": "Safety",
    "rural_house": "Rural self-built houses",
    "business": "Services to businesses",
}
DEPT_OF = {"cg_officer": "cg", "mr_officer": "mr", "police": "police", "fire_officer": "fire", "service_agent": "biz"}
OWN_PLACES = {"shop_owner", "house_owner", "village_cadre", "volunteer", "self_gov_group"}
CEILINGS = {"1": {"value": 2, "unit": "urgent_hour"}, "51": {"value": 15, "unit": "work_day"}}  # what the law itself allows
WIDTH = 130

TOP = """\
# 规则（一）：管什么、怎么管。改完先运行 yima catalog check（报出每一处错和行号），再 yima catalog publish 发布；不发布不生效。
#
# 怎么改
#   · 用记事本就行，存成 UTF-8。冒号用英文冒号，后面空一格：name: 跨门经营。缩进只用空格，不用 Tab，不用全角空格。
#   · [a, b] 是几个并列的词，用英文逗号隔开。井号 # 后面是说明，程序不看。
#   · 文字里有英文冒号加空格、井号，或以 @ % * & ! 开头时，整段加双引号。
#   · 英文小写的词（id）是代码，发布以后不改；中文名称可以改。no 是子项的永久编号，停用的编号不再用。
#
# 52个子项、每项的角色、时限、频次、问句都是建议，以本镇自己的表为准。每个数字从哪里来，写在 basis 里：
#   law 法律规定（不能自己放宽）· other_city 别的城市的公开表 · practice 别处的做法 · mixed 一部分有出处 · default 我们自拟，可改
"""
TOWN = """
# ── 本镇设置（数字都是自拟，可改）────────────────────────────────────────────
town:
  utc_offset: 480            # 比世界时早多少分钟：北京时间 480
  street_start: ""           # 上街第一天，例如 2026-09-01；空 = 发布认领之日
  visit_budget: 7            # 一次到访最多问几句
  recheck_share: 20          # 当场整改的，每20件抽1件再复核
  inspection_cap: 2          # 一家店一年最多几次入店检查
  scores: no                 # 店铺记分：上线不开，认领后由联席会议决定
  schedules:                 # 工作时钟：days 写 workdays（工作日）或 daily（每天）
    office: {days: workdays, hours: [["08:00", "12:00"], ["14:00", "18:00"]]}
    street: {days: daily, hours: [["07:00", "21:00"]]}
  colours:
    yellow_percent: 25         # 时限只剩这个百分数时变黄
    group_red_permille: 30     # 一个网格里，红的达到千分之几，网格变红
    group_yellow_permille: 10  # 红黄合计达到千分之几，网格变黄
    words: {red: 超期, yellow: 预警, blue: 办理中, green: 正常, grey: 未首检}
    palette: {red: "#C8102E", yellow: "#E6A700", blue: "#1F6FB2", green: "#2E8B57", grey: "#8A8F98"}
  phones:                    # 隐患先打电话；for 写子项 id，不写 = 所有隐患
    - {name: 火警, number: 119}
    - {name: 报警, number: 110}
    - {name: 急救, number: 120}
    - {name: 燃气抢修, number: 962777, for: [lpg_cylinder, gas_alarm]}   # 上海的号码，别处要改
  service_phone: ""          # 印在码牌上的服务电话
  url_prefix: ""             # 手机自带扫码时打开的网址，例如 HTTPS://M.EXAMPLE/；空 = 码里只有编号
  campaigns: []              # 专项行动：- {name: 迎汛检查, from: 2026-06-01, to: 2026-06-30, items: [flood_prevention], every: P7D}
"""
ITEMS = """
# ── 子项 ────────────────────────────────────────────────────────────────────
#   module           大项，见上面 modules
#   kinds            管哪几类对象：shop 商户 · point 点位 · road 路段 · house 房屋 · site 工地 · waste_point 垃圾投放点 · stall 摊位
#   where            outside 门外，谁都能看 · inside 店内、户内 · papers 看证照材料 · ask 问一句
#                    inside 和 papers：店主自查；工作人员只有应邀，或在编人员凭检查码才问
#   question         现场问的一句话，最多24个字，答“有”就是发现    opening / closing  什么算发现 / 什么算改好
#   trades           只管这几种业态的店（见上面 trades）；不写 = 所有店
#   lead             牵头部门，只能一个；support 协办部门；support_others 镇外单位（id 都在 roles.yaml）
#   finders          谁来看；primary 每类对象由谁的扫码算完成这一轮；handlers 谁来改（角色 id 在 roles.yaml，店主、房主写在最前）
#   third_party      市场第三方能不能复核结案：may_close: yes 能（没参与干活的那一方）· part 只能报完成 · no 不能
#   every            多久看一次：any 没有另写的种类；shop、house … 这一类；red、yellow、blue 案卷是这个颜色时（只会更勤）
#                    P1D 每天 · P7D 每7天 · P1M 每月 · on_demand 不定期，有事才问
#   flow             走哪个流程：F1 自改优先 F2 派单 F3 执法 F4 隐患 F5 违建 F6 服务
#   self_fix         店主自改时间，从告知时起：PT30M 30分钟 · PT2H 2小时 · P1D 1天；要比时限短；不写 = 不给
#   evidence         可以附的照片（永远自愿）：none 不用 · before 发现时 · before_after 发现时和改好后
#   limit            时限 value + unit：urgent_hour 小时，夜里也算 · work_hour 工作小时 · work_day 工作日（8工作小时）· natural_day 自然日
#                    schedule 按哪个工作时钟（见 town.schedules）；from 从何时起算：finding 发现 · notified 告知 · accepted 接单
#                    at_most 法律给的上限；condition 适用什么情形
#   score            店铺责任分 0–5，0 = 不怪店
#   legal            依据；verified：yes 条文已核 · partial 核了一部分 · replaced 引的是旧文本 · name_only 只有名称
#   gb               GB/T 30428.2 的分类代码，按运城市的表；没有 std 不写 code
#   claim_note       为什么归这个部门；写“建议归口”的要过联席会议。认领写在 claims.yaml
items:
"""
MACHINE = """
# ── 流程 ────────────────────────────────────────────────────────────────────
# 除另有说明，下面的数字都是我们自拟（default），可改。by、tell 后面的人：
#   finder 扫码员  owner 店主或房主  handler 处置员（不含店主）  permanent_handler 在编处置员  checker 复核人
#   centre 城运中心  dept_leader 牵头部门的领导  town_leader 分管镇领导
# limit 的 kind：fixed 固定时限（value + unit）· item_window 自改时间 · item_limit 子项的时限 · share 剩下时限的百分之几（percent）
# steps：做了哪一步，到哪一段。inside_item_limit：这一段算不算在子项时限里
"""
COMMENTS = {
    "flows.F1": "F1 自改优先：先给店主时间自己改",
    "flows.F2": "F2 派单处置：直接给处置员",
    "flows.F3": "F3 执法：第三方扫码只作线索，只由在编人员结案",
    "flows.F4": "F4 隐患：先控制，再整改，即时立案",
    "flows.F5": "F5 违建：只由在编人员办",
    "flows.F6": "F6 服务：店主评价即办结",
    "before": "进流程以前：线索要核实，未列入的要分办",
    "branches": "中途的岔路",
    "branches.return": "退单：对象错、不属本人、情况不清，要写理由；一人一案一次，交部门领导改派、转办或退回；时钟不停",
    "branches.transfer": "转办给别的部门：对方领导接收前是“待接收”，最多两次；超时由镇领导裁定",
    "branches.extend": "延期：到期以前提，每次最多再给一个原时限，最多两次；第一次部门领导批，第二次镇领导批；法定时限不超过法律",
    "branches.suspend": "挂起：要写到哪一天；立案、移送、责令期限未到的写文书编号。"
    "10天内城运中心同意的到那一天，否则只算10天；一次最多30天，合计最多60天；F4 要先控制",
    "branches.void": "误报作废：当时就结，城运中心同意后才不计入应处置数；按部门印作废率",
    "branches.fail": "复核不合格：回到处置，不回自改；剩下的时间不到一半的补到一半",
    "branches.contest": "店主申辩：记分先停，案卷照走；部门领导答复",
    "branches.appeal": "部门对超时申诉：一次，镇领导定；成立的照记超时，统计里剔除并单列",
    "branches.merge": "并案：后一件结案并指向前一件，两边分母都不计，两个编号都查得到",
    "branches.call": "请别的部门协办：案卷仍在处置员手里，协办答复率单列",
    "branches.refer": "提请联席会议或报区",
    "branches.handover": "交接班：一个人手上的案卷一次交完，每件一条改派",
    "ladder": "催办、督查、提级。at_percent 是用掉的时间占全部时间的百分数；answer 是领导答复的时限。领导必须答复是论文里的做法（seed）",
    "missed_rounds": "漏扫：一位领导一天一张清单",
    "ends_with_tenant": "换了经营者就结束的流程（主体变更）；其余的跟着地方走",
    "told": "哪一段由谁说“已告知”",
    "limits": "时限的四种算法（说明）",
    "actors": "上面那些人各指谁（说明）",
    "second_person": "复核人不能是报完成的人，优先请处置部门以外的人；同部门内的复核照算，但周报里计数",
    "fixed_on_the_spot": "当场整改：发现和改好记在一起。F1–F4 由在编、编外的扫码员（或子项写 yes 的第三方）说的，当场立案当场结；"
    "计入发现和反复，不记分；按 recheck_share 抽中的留在复核。别人说的，以及 F5、F6，都留在复核；线索只作显示",
    "before.verify": "不是该子项扫码员的人报的，或第三方报执法类的：先由扫码员或处置员核实，时限从核实时起算；F4 不经这一段",
    "before.triage": "52项以外的：城运中心一个工作日内分办——归到子项、临时交办（3个工作日，进联席会议议题）或说明理由不办",
    "flows.F2.stages.accept": "从告知起算的子项（第1项）：在编处置员通知以后时限才走；没通知就已改好的，算按期",
    "flows.F3.stages.handle": "编外和第三方可以劝导、帮忙；责令只能由在编人员作出",
    "flows.F3.stages.check": "核查（pass）：报完成的人以外的在编或编外人员再扫一次码，优先别的单位；店内、资料类由在编人员凭检查码，"
    "或应邀。"
    "结案（close）：在编人员凭核查结果，可以在办公室结",
    "flows.F4.at_once": "先控制：发现人当场做，不是一段，也不是等的理由",
    "flows.F5.stages.handle": "时限内要做到：已制止、已取证、已送达责令；责令书给的期限凭文书编号挂起",
    "flows.F6.stages.accept": "时限从接单起算的子项，接单前的时间不算在时限里",
    "flows.F6.stages.check": "店主扫本店的码评价，或由工作人员代扫；3个工作日没评价，由在编人员注明后办结",
    "branches.transfer.law_ceiling": "城管执法条例对举报的移送期限，写作上限",
    "proof": "改好没有，凭再扫同一个码；处置员说的不算结案",
    "photos": "照片永远自愿，不作任何一步的条件（2026年1月的国家规定）",
}
SOURCES = """
# ── 资料编号 ────────────────────────────────────────────────────────────────
# 论文 彭勃、刘旭：A镇“一码通用”（2024-08-31）。 S1 浦东新区三色 · S2 浦东新区收运员扫码
# S3 奉贤区庄行镇、西渡街道外摆 · S4 虹口区欧阳路街道提级
# S5 控江路街道一铺一档 · S9 虹梅街道自治 · S12 宜都市姚家店镇一图一码 · S13 洞口县高沙镇安全明白卡
# S18 运城市立案处置结案标准（时限和代码）
# S20 《上海市户外招牌设置管理办法》 · S22 《上海市建筑垃圾处理管理规定》 · S24 《上海市市容环境卫生责任区管理办法》 · S33 2026年1月国家规定
# S71 依据里各法律法规的文本（2025年4月的公开镜像，不是官方数据库；读过条文不等于法律意见）
#
# ── 上线前须核 ──────────────────────────────────────────────────────────────
# 1 《上海市市容环境卫生管理条例》2022版：这里的条号都引自2018文本，设摊的规定已变（子项 2–4、10–14、17、20–22、30、50）
# 2 《上海市优化营商环境条例》2026年1月1日起施行的文本（51，以及 F3 的检查码、第三方条款）
# 3 《上海市住房租赁条例》《上海市农村村民住房建设管理办法》、招牌备案、自建房规定（35、41、42、44、49）
# 4 商业噪声由本区指定哪个部门（19）；消防、油烟的处罚由谁作出（镇里的办公室不能罚）
# 5 12个“建议归口”的牵头部门，以及本镇各办公室的实际名称
# 6 机动车乱停放、油烟污染的分类代码；GB/T 30428.2 用哪一版
# 7 能不能给店主记分：上线不开，由联席会议决定；分数和扫码数从不给工作人员排名
# 8 每天一次的（P1D）是给本来就路过点位的收运、街面队伍的；店和户另有周期。周期合不合适，看 catalog check 的负担测算
# 9 涉企行政检查的规定（检查码、年度上限、谁能检查）：where 和到访方式按公开报道写，没有核对正式文本
"""
ROLES_TOP = """\
# 规则（二）：谁来管。角色、部门、城运中心。人本身不写在这里（yima person add，或 yima import people）。
# 改完运行 yima catalog check，再 yima catalog publish 发布。写法同 modules.yaml：英文冒号加一个空格，缩进用空格。

centre: ucc                  # 城运中心是哪个部门

# ── 角色 ────────────────────────────────────────────────────────────────────
#   resource   permanent 在编 · contract 编外 · third_party 市场第三方 · social 社会力量
#   line       line 条线 · local 属地 · self 自治
#   may_inspect              可以检查商户（只有在编；还要检查码）        may_close_enforcement  可以办结执法类案卷（只有在编）
#   duty_days  workdays 工作日 · daily 每天 · roster 按排班表            capacity   一个人一天能到几处（自拟，可改）；不写 = 不计
#   dept       这个角色就是哪个部门的人                                  own_places_only  只看自己的店、户、村居、路段
roles:
"""
DEPARTMENTS = """
# ── 部门 ────────────────────────────────────────────────────────────────────
#   kind    line 条线（区派驻）· local 属地（镇里）· outside 镇外单位（不能牵头，不答复督查）
#   leader  部门领导：人员编号（yima person list 里的 id）。空着 = 部门里唯一有 dept_leader 角色的人
departments:
"""
LEADERS = """
# 分管镇领导：分管哪几个部门，例如 - {person: 人员编号, depts: [cg, cjb]}。空着 = 有 town_leader 角色的人
town_leaders: []
"""


def quoted(value: Any, flow: bool = False) -> str:
    """One scalar as YAML: plain where a reader of plain text gets the same back, else in double quotes."""
    text = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    try:
        back = yaml.load(f"{{a: {text}, b: [{text}]}}" if flow else f"a: {text}\n", yaml.BaseLoader)
    except yaml.YAMLError:
        back = None
    return text if text and back == ({"a": text, "b": [text]} if flow else {"a": text}) else json.dumps(text, ensure_ascii=False)


def inline(value: Any) -> str:
    """A value on one line, in braces and brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(one) for one in value) + "]"
    return quoted(value, flow=True)


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def remark(path: str, indent: int) -> Iterator[str]:
    """The comment that belongs above this key, in lines that fit."""
    line = ""
    for sign in COMMENTS.get(path, ""):
        if width(line) > WIDTH - indent and sign not in "，。；：、）":
            yield f"{' ' * indent}# {line}"
            line = ""
        line += sign
    if line:
        yield f"{' ' * indent}# {line}"


def block(value: dict[str, Any], path: str, indent: int) -> Iterator[str]:
    """A mapping on many lines; what fits on one line stays on one."""
    room = " " * indent
    for key, one in value.items():
        here = f"{path}.{key}" if path else key
        yield from remark(here, indent)
        if not isinstance(one, (dict, list)):
            yield f"{room}{key}: {quoted(one)}"
        elif (line := f"{room}{key}: {inline(one)}") and width(line) <= WIDTH and (indent or not isinstance(one, dict)) and key != "ladder":
            yield line
        elif isinstance(one, dict):
            yield f"{room}{key}:"
            yield from block(one, here, indent + 2)
        else:
            yield f"{room}{key}:"
            for each in one:
                inner = f"{here}.{each.get('id', '')}" if isinstance(each, dict) else here
                yield from remark(inner, indent + 2)
                if not isinstance(each, dict) or width(f"{room}  - {inline(each)}") <= WIDTH:
                    yield f"{room}  - {inline(each)}"
                else:
                    first, *rest = block(each, inner, indent + 4)
                    yield f"{room}  - {first.strip()}"
                    yield from rest


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts(cell: str) -> list[str]:
    return [one for one in cell.split(";") if one]


def pairs(cell: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in parts(cell))


def lean(value: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if one not in ("", [], {}, None)}


def item(row: dict[str, str], outside: dict[str, str]) -> dict[str, Any]:
    """One row of items52.csv as the mapping that stands in modules.yaml."""
    return lean({
        "no": int(row["no"]), "id": row["id"], "name": row["name_zh"], "name_en": row["name_en"],
        "module": row["module"], "kinds": parts(row["object_kinds"]), "trades": parts(row["trades"]), "where": row["where"],
        "question": row["questions"], "opening": row["opening_standard"], "closing": row["closing_standard"],
        "lead": row["lead_dept"], "support": parts(row["support_depts"]),
        "support_others": [outside[name] for name in parts(row["support_others"])],
        "finders": parts(row["scanner_roles"]), "primary": pairs(row["primary"]), "handlers": parts(row["handler_roles"]),
        "third_party": lean({"may_close": row["third_party_may_close"], "note": row["third_party_note"]}),
        "every": {"any": row["every"], **pairs(row["every_by_kind"]), **pairs(row["every_by_colour"])},
        "flow": row["flow"], "self_fix": row["self_fix_window"], "evidence": row["evidence"],
        "limit": lean({"value": int(row["limit_value"]), "unit": row["limit_unit"], "schedule": row["schedule"],
                       "from": row["limit_starts"], "at_most": CEILINGS.get(row["no"]), "condition": row["limit_condition"]}),
        "score": int(row["score"]),
        "basis": lean({"every": row["every_basis"], "limit": row["limit_basis"], "limit_source": row["limit_source"],
                       "score": row["score_basis"]}),
        "legal": lean({"basis": row["legal_basis"], "verified": row["legal_verified"]}),
        "gb": lean({"std": row["gb_std"], "kind": row["gb_kind"], "code": row["gb_code"], "name": row["gb_name"],
                    "status": row["gb_code_status"]}),
        "claim_note": row["claim_note"], "note": row["note"],
    })  # fmt: skip


def renamed(value: Any) -> Any:
    """flows.yaml as it stands, `zh` and `name_zh` as `name`."""
    if isinstance(value, dict):
        return {{"zh": "name", "name_zh": "name"}.get(key, key): renamed(one) for key, one in value.items()}
    return [renamed(one) for one in value] if isinstance(value, list) else value


def flows_of(folder: Path) -> dict[str, Any]:
    """The parts of flows.yaml in the order of modules.yaml."""
    read: dict[str, Any] = renamed(yaml.safe_load((folder / "flows.yaml").read_text(encoding="utf-8")))
    order = "before branches ladder missed_rounds told ends_with_tenant second_person fixed_on_the_spot proof photos limits actors".split()  # noqa: SIM905
    made = {"flows": {name: one for name, one in read.items() if re.fullmatch(r"F\d", name)}}
    made |= {name: read[name] for name in order}
    assert set(read) - set(made) - set(made["flows"]) == {"version", "basis"}, "flows.yaml has a part that would be lost"
    return made


def modules_yaml(folder: Path) -> str:
    items = rows(folder, "items52.csv")
    names = {row["module"]: row["module_zh"] for row in items}
    outside = {row["name_zh"]: row["id"] for row in rows(folder, "departments.csv") if row["kind"] == "outside"}
    lines = [TOP.rstrip("\n"), TOWN.rstrip("\n"), "", "# ── 四个大项 " + "─" * 66, "modules:"]
    lines += [f"  - {inline({'id': id_, 'name': name, 'name_en': MODULES_EN[id_]})}" for id_, name in names.items()]
    lines += ["", "# ── 业态：words 是台账里的说法；一个词只归一种；都对不上的归 other ──────────", "trades:"]
    for row in rows(folder, "trades.csv"):
        lines.append(f"  - {inline({'id': row['id'], 'name': row['name_zh'], 'name_en': row['name_en'], 'words': parts(row['words'])})}")
    lines.append(ITEMS.rstrip("\n"))
    for row in items:
        head = f"── {row['no']} {row['name_zh']} "
        lines += ["", f"  # {head}{'─' * max(4, 70 - width(head))}"]
        made = item(row, outside).items()
        first, *rest = [f"{key}: {inline(one) if isinstance(one, (dict, list)) else quoted(one)}" for key, one in made]
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    lines.append(MACHINE.rstrip("\n"))
    for name, part in flows_of(folder).items():
        lines += ["", *block({name: part}, "", 0)]
    return "\n".join(lines) + "\n" + SOURCES


def roles_yaml(folder: Path) -> str:
    lines = [ROLES_TOP.rstrip("\n")]
    for row in rows(folder, "roles.csv"):
        made = {
            "id": row["id"], "name": row["name_zh"], "name_en": row["name_en"], "resource": row["resource"], "line": row["line"],
            "dept": DEPT_OF.get(row["id"]), "may_inspect": row["may_inspect"].replace("no", ""),
            "may_close_enforcement": row["may_close_enforcement"].replace("no", ""), "duty_days": row["duty_days"],
            "capacity": row["capacity"],
            "own_places_only": "yes" if row["id"] in OWN_PLACES else "",
        }  # fmt: skip
        head, tail = inline(lean(made))[:-1].split(", resource:")
        lines += [f"  - {head},", f"     resource:{tail},", f"     note: {quoted(row['note'], flow=True)}}}"]
    lines.append(DEPARTMENTS.rstrip("\n"))
    for row in rows(folder, "departments.csv"):
        kept = {"id": row["id"], "name": row["name_zh"], "name_en": row["name_en"], "kind": row["kind"]}
        line = inline(lean(kept))[:-1] + (', leader: ""' if row["kind"] != "outside" else "")
        lines.append(f"  - {line}{', note: ' + quoted(row['note'], flow=True) if row['note'] else ''}}}")
    return "\n".join(lines) + "\n" + LEADERS


def calendar_csv() -> str:
    """Days that differ from Monday-Friday, 2004-2026, from the package chinesecalendar."""
    from importlib.metadata import version

    import chinese_calendar

    lines = [
        "# Workdays of China as announced each year (国务院办公厅), "
        f"from the package chinesecalendar {version('chinesecalendar')} (MIT License, Lirian Su).",
        "# off: free though Monday-Friday. work: worked though Saturday or Sunday. All other days are Monday-Friday work, weekend free.",
        "year,off,work",
    ]
    for year in range(2004, 2027):
        days = [date(year, 1, 1) + timedelta(n) for n in range(366) if (date(year, 1, 1) + timedelta(n)).year == year]
        odd = [day for day in days if chinese_calendar.is_workday(day) != (day.weekday() < 5)]
        off, work = [[str(day) for day in odd if (day.weekday() < 5) == free] for free in (True, False)]
        lines.append(f"{year},{' '.join(off)},{' '.join(work)}")
    return "\n".join(lines) + "\n"


def differences(source: Path, out: Path) -> Iterator[str]:
    """What stands in the source and not in the rules as the adapter reads them (and the other way round)."""
    from yima.adapters.catalog import read
    from yima.core.events import lean as canon

    body, faults = read(out)
    yield from (str(fault) for fault in faults)
    names = {one["id"]: one["name"] for one in body["departments"]}
    modules = {one["id"]: one["name"] for one in body["modules"]}
    made = {one["no"]: one for one in body["items"]}
    for row in rows(source, "items52.csv"):
        one = made[int(row["no"])]
        limit, gb, basis = one["limit"], one.get("gb", {}), one["basis"]
        period = {kind: pairs(row["every_by_kind"]).get(kind, row["every"]) for kind in parts(row["object_kinds"])}
        back = {
            "no": str(one["no"]), "id": one["id"], "module": one["module"], "module_zh": modules[one["module"]], "name_zh": one["name"],
            "name_en": one["name_en"], "object_kinds": ";".join(one["kinds"]), "where": one["where"],
            "trades": ";".join(one.get("trades", [])),
            "lead_dept": one["lead"], "support_depts": ";".join(one.get("support", [])),
            "support_others": ";".join(names[id_] for id_ in one.get("support_others", [])), "scanner_roles": ";".join(one["finders"]),
            "primary": ";".join(f"{kind}={role}" for kind, role in one["primary"].items()), "handler_roles": ";".join(one["handlers"]),
            "third_party_may_close": one["third_party_may_close"], "third_party_note": one.get("third_party_note", ""),
            "every": row["every"], "every_by_kind": row["every_by_kind"],
            "every_by_colour": ";".join(f"{colour}={one['every_by_colour'][colour]}" for colour in one.get("every_by_colour", {})),
            "every_basis": basis["every"], "flow": one["flow"], "self_fix_window": one.get("self_fix", ""), "evidence": one["evidence"],
            "limit_value": str(limit["value"]), "limit_unit": limit["unit"], "schedule": limit.get("schedule", ""),
            "limit_starts": limit["from"],
            "limit_condition": limit.get("condition", ""), "limit_basis": basis["limit"], "limit_source": basis.get("limit_source", ""),
            "legal_basis": one["legal"]["basis"], "legal_verified": one["legal"]["verified"], "gb_std": gb.get("std", ""),
            "gb_kind": gb.get("kind", ""), "gb_code": gb.get("code", ""), "gb_name": gb.get("name", ""), "gb_code_status": gb["status"],
            "claim_note": one.get("claim_note", ""), "score": str(one["score"]), "score_basis": basis["score"],
            "questions": one["question"],
            "opening_standard": one["opening"], "closing_standard": one["closing"], "note": one.get("note", ""),
        }  # fmt: skip
        own = ("every_by_colour", "every_basis") if "every_source" in basis else ()
        for column in [column for column in row if column not in own and back.get(column) != row[column]]:
            yield f"item {row['no']} {column}: {row[column]!r} became {back.get(column)!r}"
        if not own and {kind: every for kind, every in period.items() if every != "on_demand"} != one.get("every", {}):
            yield f"item {row['no']} every: {period} became {one.get('every')}"
    for name, key in (("roles.csv", "roles"), ("departments.csv", "departments"), ("trades.csv", "trades")):
        table = {one["id"]: one for one in body[key]}
        for row in rows(source, name):
            for column, cell in row.items():
                value = table[row["id"]].get({"name_zh": "name"}.get(column, column), "")
                text = ";".join(value) if isinstance(value, list) else str(value)
                if text != ({"yes": "1", "no": ""}.get(cell, cell)):
                    yield f"{name} {row['id']} {column}: {cell!r} became {text!r}"
    for key, part in flows_of(source).items():
        if canon(part) != body[key]:
            yield f"flows.yaml {key} differs"


def main() -> int:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    if "--compare" in sys.argv:
        found = list(differences(source, out))
        print("\n".join(found) or "nothing lost")
        return 1 if found else 0
    for name, text in (("modules.yaml", modules_yaml(source)), ("roles.yaml", roles_yaml(source)), ("calendar.csv", calendar_csv())):
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
