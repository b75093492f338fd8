"""The demo's words in Chinese and English, and figures put into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from facekeep.cli.demo_stage import Finding, Step
from facekeep.settings import Language
from facekeep.terms import messages
from facekeep.terms.messages import Catalogue, Told, told

OTHER: Mapping[Language, Language] = {"zh": "en", "en": "zh"}

WORDS = Catalogue(
    {
        # -- the page -----------------------------------------------------------------------
        "page.language": ("中文", "English"),
        "page.line": ("同意为钥，人脸不留", "No consent, no key. No key, no face."),
        "page.title": ("我们当面试了一遍", "What happened when we tried it"),
        "page.lede": (
            ("一位住户，一个陌生人，一个窃贼。下面每一个结果都是在一个真实的保管库上、用真实的识别网络测得的，"
            "测完用了 {seconds:.1f} 秒；没有一个结果是事先写好的。"),
            ("One resident, one stranger, one thief. Every result below was measured on a real home with"
            " real networks, within {seconds:.1f} seconds; no result was written beforehand."),
        ),
        "page.all_kept": ("{total} 步全部如所承诺", "All {total} steps went as promised"),
        "page.not_kept": (
            "{total} 步中有 {broken} 步与承诺不符",
            "{broken} of {total} steps did not go as promised",
        ),
        "page.promises": ("核对 {all} 项，{kept} 项成立", "{kept} of {all} checks held"),
        "page.steps": ("八个步骤", "The steps"),
        "page.skip": ("跳到正文", "Skip to the story"),
        "page.kept": ("如所承诺", "as promised"),
        "page.broken": ("与承诺不符", "not as promised"),
        "page.refused": ("系统的答复", "What the system answered"),
        "page.why": ("依据", "Duty"),
        "page.now": ("现在可以", "What can be done now"),
        "page.notice": ("当事人读到的告知", "The notice the person read"),
        "page.check": ("自己核对", "Check it"),
        "page.entry": ("账本条目", "Ledger entry"),
        "page.checkpoint": ("检查点", "Checkpoint"),
        "page.event": ("事件", "Event"),
        "page.proved": ("已离线证明在内", "inclusion proved offline"),
        "page.unproved": ("证明不成立", "inclusion not proved"),
        "page.no_entry": ("窃贼不会登记：账本里没有这一步", "A thief asks nobody: the ledger has no entry of this"),
        "page.pictures": ("所用的照片", "The pictures"),
        "page.limits": ("这次演示说明不了的", "What this does not show"),
        "page.note": ("账本检查点原文", "The ledger's checkpoint, as signed"),
        "page.key": ("验证公钥", "Public key"),
        "page.colon": ("：", ": "),
        "page.made": ("{when}，Facekeep {version}", "{when}, Facekeep {version}"),
        "page.digest": ("测量结果摘要", "Digest of the measurements"),
        "page.home": ("保管库", "Home"),
        "page.mark_joined": ("符印，两半相合", "The tally, its two halves joined"),
        "page.mark_apart": ("符印，两半分开", "The tally, its two halves apart"),
        # -- the recogniser -----------------------------------------------------------------
        "grade.demonstration.title": (
            "这里的识别网络只供演示，不可用于真实场合",
            "The recogniser used here is for demonstration only",
        ),
        "grade.demonstration": (
            ("dlib 的网络随软件源分发，所以用在这里。按它惯用的距离阈值 0.6，东亚面孔的陌生人每一百对有 40.7 对"
            "被当成同一人，其他陌生人为 0.52 对（2026 年用 LFW 公开照片集实测）。"),
            ("dlib's network comes through the package registry, which is why it is here. At its usual"
            " distance threshold of 0.6, 40.7 % of pairs of East Asian strangers match, and 0.52 % of"
            " other strangers (measured in 2026 on Labeled Faces in the Wild)."),
        ),
        "grade.rates": (
            ("我们不用那个阈值。按这里用的阈值（误认率不超过 {one_in} 分之一，以最差的人群为准），"
            "同一个人的照片每一百对会有 {fnmr:.1f} 对认不出"
            "（95 % 区间 {low:.1f}–{high:.1f}，{trials:,} 对，{date} 校准）。"),
            ("We do not use that threshold. At ours (at most one false match in {one_in}, the worst"
            " group governing) {fnmr:.1f} % of genuine pairs are missed (95 % interval"
            " {low:.1f}–{high:.1f}, {trials:,} pairs, calibrated {date})."),
        ),
        "grade.production.title": ("所用的识别网络：{model}", "The recogniser: {model}"),
        "grade.production": (
            "等级为“正式”。",
            "Its grade is “production”.",
        ),
        "grade.production.rates": (
            ("按这里用的阈值（误认率不超过 {one_in} 分之一，以最差的人群为准），同一个人的照片每一百对会有"
            " {fnmr:.1f} 对认不出（95 % 区间 {low:.1f}–{high:.1f}，{trials:,} 对，{date} 校准）。"),
            ("At this threshold (at most one false match in {one_in}, the worst group governing)"
            " {fnmr:.1f} % of genuine pairs are missed (95 % interval {low:.1f}–{high:.1f},"
            " {trials:,} pairs, calibrated {date})."),
        ),
        "pad.not_checked": (
            "没有安装活体检测：拿一张照片对着镜头也能通过。",
            "No attack check is installed: a photograph held to the camera would pass.",
        ),
        "pad.passed": ("活体检测已通过。", "The attack check passed."),
        "pictures.portraits": (
            ("两张公有领域的肖像：宇航员艾琳·柯林斯注册，海军少将格蕾丝·霍珀当陌生人。每人只有一张照片，"
            "所以“同一个人的另一张照片”是同一张照片转了 {degrees:g} 度、四边各裁去 {crop_percent:g} %、"
            "亮度调到 {brightness_percent:g} %、再按质量 {jpeg_quality} 存成有损图片。这比真实情形容易："
            "它演示的是过程，不是准确率。同意也是代为演示的，照片不会说话。要用真实的成对照片："),
            ("Two portraits in the public domain: the astronaut Eileen Collins enrols, Rear Admiral Grace"
            " Hopper is the stranger. There is one photograph of each, so “another picture of the same"
            " person” is the same photograph turned by {degrees:g}°, cropped by {crop_percent:g} % on every"
            " side, brightened to {brightness_percent:g} % and saved as JPEG at quality {jpeg_quality}."
            " That is easier than life: it shows the path, not the accuracy. The consent is played, too:"
            " a photograph cannot answer. For real pairs:"),
        ),
        "pictures.photos": (
            "文件夹里的真实成对照片：同一个人的两张不同照片，另一个人的一张。同意由带来照片的人负责。",
            ("Real pairs out of a folder: two different photographs of one person, one of another."
            " Whoever brought the pictures answers for the consent."),
        ),
        "pictures.camera": (
            "镜头前的本人：先答应，再倒数，然后拍两张；陌生人是一张公有领域的肖像。",
            ("The person before the camera: asked first, then a countdown, then two pictures; the"
            " stranger is a portrait in the public domain."),
        ),
        "limits.1": (
            "所有角色在同一个进程里：此刻掌握这台机器最高权限的人，能看到经过的数据。",
            "All roles ran in one process: whoever is root on that machine at that moment sees what passes.",
        ),
        "limits.2": (
            "凭证证明的是截至检查点我们的存储里发生了什么，不能证明别处没有副本。",
            ("A receipt proves what happened in our stores as of its checkpoint, not that no copy exists"
            " elsewhere."),
        ),
        "limits.3": (
            "密钥槽若放在闪存或虚拟磁盘上，旧内容可能留在备用块或快照里。",
            "A key slot on a flash or virtual disk may survive in spare blocks or snapshots.",
        ),
        "limits.4": (
            "一个住户和一个窃贼是一次示范，不是错误率；错误率要用 `facekeep evaluate` 在您自己的人群上测。",
            ("One resident and one thief are an illustration, not an error rate; measure that on your own"
            " people with `facekeep evaluate`."),
        ),
        # -- the steps ----------------------------------------------------------------------
        "step.consent": ("先问，再用", "Consent comes first"),
        "did.consent": (
            "先告诉住户为什么收集、怎样保存、有什么风险；住户只就东门这一个目的答应。",
            "A resident is told why, how and at what risk, and says yes to this one purpose.",
        ),
        "step.enrol": ("留下半个数，不留照片", "Half of a number, not a picture"),
        "did.enrol": (
            "人脸算成一串数，这串数拆成两半：一半是参考，另一半挂在同意所释放的钥匙上。再来一张照片，两半相合才认得出。",
            ("The face becomes a list of numbers and the list is split: one half is the reference, the"
            " other hangs on a key that consent releases. A new picture is recognised only where both"
            " halves meet."),
        ),
        "step.stranger": ("换一个人，不放行", "Somebody else is turned away"),
        "did.stranger": (
            "另一个人站到门前，自称是这位住户；接着又自称是一个根本没登记过的人。",
            ("Another person stands at the gate and claims to be the resident; then to be somebody nobody"
            " has ever heard of."),
        ),
        "step.without_consent": ("没有同意，就没有钥匙", "No consent, no key"),
        "did.without_consent": (
            "有人想把一位访客也登记上，而访客没有同意过。",
            "Somebody tries to enrol a visitor who never consented.",
        ),
        "step.theft": ("参考库被偷走", "The reference store is stolen"),
        "did.theft": (
            "窃贼趁系统运行，把 `references.db` 连同它的日志整个拷走，再用各种办法从里面读出一张脸。",
            ("While the system runs, a thief copies `references.db` with its log, and tries in every way to"
            " read a face in it."),
        ),
        "step.reset": ("重置人脸", "The face is reset"),
        "did.reset": (
            "像改密码一样换一把新钥匙。窃贼把偷来的旧参考放回库里，想蒙混过关。",
            ("As with a leaked password, a new key is drawn. The thief puts the stolen reference back into"
            " the store, hoping that it counts."),
        ),
        "step.withdraw": ("撤回同意", "The person leaves"),
        "did.withdraw": (
            "住户撤回同意，一步完成，不需要口令；拿到一张凭证。撤回之前，有人留了一份钥匙库的副本，口令也知道。",
            ("The resident withdraws, in one call and without the passphrase, and gets a receipt. Somebody"
            " has kept a copy of the key store from before, and knows the passphrase."),
        ),
        "step.ledger": ("有人改了账本", "The record is touched"),
        "did.ledger": (
            "在账本的副本上，把陌生人来过的时间改晚一小时，再做一次审计。",
            ("On copies of the records, the time at which the stranger came is moved by an hour; then the"
            " ledger is audited."),
        ),
        # -- what was promised --------------------------------------------------------------
        "promise.notice": (
            "同意与当事人读到的告知绑在一起。",
            "The consent is bound to the notice that was read.",
        ),
        "promise.consent": (
            "这一个目的，单独记一份同意。",
            "A separate consent to this one purpose is recorded.",
        ),
        "promise.enrolled": (
            "一张照片变成拆开的参考，照片随即丢弃。",
            "One picture becomes a split reference, and is dropped.",
        ),
        "promise.match": (
            "同一个人的另一张照片，认得出。",
            "Another picture of the same person matches.",
        ),
        "promise.scoreless": (
            "答复里没有分数，没法借它一步步凑出一张脸。",
            "The answer carries no score by which one could feel a way towards a face.",
        ),
        "promise.rejected": ("陌生人的照片，认不出。", "A stranger's picture does not match."),
        "promise.alike": (
            "问一个没登记过的人，从外面看不出区别。",
            "Asking about somebody unknown looks the same from outside.",
        ),
        "promise.refused": ("没有同意，就不注册。", "Without consent nobody is enrolled."),
        "promise.unopened": ("照片连打开都没有打开。", "The picture was not even opened."),
        "promise.nothing_kept": ("什么都没有留下。", "Nothing was kept."),
        "promise.stolen": ("窃贼拿到了完整的参考库。", "The thief has the whole reference store."),
        "promise.noise": ("拿到的只是噪声。", "What they hold is noise."),
        "promise.chance": (
            "硬当成人脸来读，和瞎猜一样。",
            "Read as a face, it is as good as a guess.",
        ),
        "promise.nowhere": (
            "任何文件里都找不到模板，也找不到照片。",
            "No file holds the template or the picture, in any form.",
        ),
        "promise.elsewhere": (
            "换到窃贼自己的保管库里，打不开。",
            "In a home of the thief's own, the stolen store is refused.",
        ),
        "promise.renewed": (
            "人脸重置了，本人不用再来拍照。",
            "The face is reset, and nobody comes back to the camera.",
        ),
        "promise.still_matches": ("本人照样认得出。", "The person still matches."),
        "promise.stale_row": (
            "偷来的那一行放回库里：不予比对，直接报警。",
            "The stolen row, put back into the store, raises an alarm and is never scored.",
        ),
        "promise.stale_file": (
            "偷来的整个文件放回去：保管库不打开。",
            "The whole stolen file, put back, keeps the home shut.",
        ),
        "promise.right_again": (
            "放回更新后的那一行，一切照常。",
            "With the renewed row in its place again, all is well.",
        ),
        "promise.ended": (
            "从撤回起，一秒之内不再答复。",
            "From the withdrawal on, within a second, no answer is given.",
        ),
        "promise.receipt": (
            "凭证不用联网，凭公钥就能验证。",
            "The receipt proves itself offline, with the public key alone.",
        ),
        "promise.receipt_home": (
            "凭证与出具它的保管库对得上。",
            "The receipt agrees with the home that issued it.",
        ),
        "promise.receipt_forged": ("凭证改动一处，就不再成立。", "Changed in one field, it no longer holds."),
        "promise.old_keys": (
            "撤回前的钥匙库副本，加上正确的口令，也打不开。",
            "A copy of the key store from before opens nothing, even with the right passphrase.",
        ),
        "promise.gone": (
            "本人的参考从每个文件里消失了。",
            "The person's reference is gone from every file.",
        ),
        "promise.intact": ("没有动过的副本，审计通过。", "An untouched copy passes the audit."),
        "promise.altered": ("改动一行，被找出来并指明。", "One altered row is found and named."),
        "promise.cunning": (
            "连那一行自己的哈希也一起改，照样露馅。",
            "Mending the row's own hash as well does not help.",
        ),
        "promise.unexpected": ("这一步应当走完。", "The step is played to its end."),
        # -- what was seen ------------------------------------------------------------------
        "seen.notice": ("告知摘要 {digest}。", "Digest of the notice: {digest}."),
        "seen.consent": (
            "状态：{state}；{expires} 自动到期。",
            "State: {state}; it ends by itself on {expires}.",
        ),
        "seen.enrolled": (
            "照片质量 {quality}（满分 100）；{milliseconds:.0f} 毫秒，含识别网络首次启动。",
            "Picture quality {quality} of 100; {milliseconds:.0f} ms, including the networks' first start.",
        ),
        "seen.match": (
            "答复：{decision}；误认率不超过 {one_in} 分之一；{milliseconds:.0f} 毫秒。",
            "Answer: {decision}, at no more than one false match in {one_in}; {milliseconds:.0f} ms.",
        ),
        "seen.scoreless": (
            "答复共 {count} 项，没有一项表示像不像。",
            "It has {count} fields; none of them says how alike.",
        ),
        "seen.rejected": (
            "答复：{decision}；误认率不超过 {one_in} 分之一。",
            "Answer: {decision}, at no more than one false match in {one_in}.",
        ),
        "seen.alike": (
            "答复：{decision}；账本增加 {entries} 条，和问已登记的人一样。",
            "Answer: {decision}; {entries} new ledger entry, as for somebody known.",
        ),
        "seen.refused": ("结果：{outcome}。", "Outcome: {outcome}."),
        "seen.unopened": ("看照片的次数：{looks}。", "Pictures looked at: {looks}."),
        "seen.nothing_kept": ("库里新增的参考：{rows}。", "New references in the store: {rows}."),
        "seen.stolen": (
            "{files} 个文件，{bytes:,} 字节，{rows} 条参考：住户的一条，其余是替身。",
            "{files} files, {bytes:,} bytes, {rows} references: the resident's, the rest stand-ins.",
        ),
        "seen.noise": (
            ("{bytes} 个字节的分布，卡方值 {chi_square:.0f}；随机数据有 95 % 落在 {low:.0f}–{high:.0f}，{percent} % 的随机数据至少同样不均匀（低于 0.01 % 才算有规律）。"
            "同一把尺子量没有保护的模板，一眼看穿：{control_chi_square:,.0f}（随机数据 {control_low:.0f}–{control_high:.0f}）。"),
            ("Histogram of {bytes} bytes: chi-square {chi_square:.0f}; 95 % of random data lies in"
            " {low:.0f}–{high:.0f}, and {percent} % is at least as uneven (a pattern would be under 0.01 %). The same test sees an unprotected template at once:"
            " {control_chi_square:,.0f}, where random data has {control_low:.0f}–{control_high:.0f}."),
        ),
        "seen.chance": (
            ("每条参考用 {readings} 种读法去读，最像的一次余弦 {best:.2f}；随机数按同样的办法能到 {low:.2f}–{high:.2f}"
            "（{draws:,} 次抽样的 95 %），{percent} % 的抽样至少同样好（低于 0.01 % 才算读出了什么）。认出要 {threshold:.2f}，同一个人的另一张照片是 {genuine:.2f}。"),
            ("Each reference was read in {readings} ways; the best cosine with the true template is {best:.2f};"
            " random words reach {low:.2f}–{high:.2f} by the same procedure (95 % of {draws:,} draws),"
            " and {percent} % do at least as well (a reading would be under 0.01 %). A match needs {threshold:.2f}; another picture of the person has"
            " {genuine:.2f}."),
        ),
        "seen.nowhere": (
            ("{files} 个文件、{bytes:,} 字节里搜 {forms} 种写法，找到 {found} 种；故意埋下的对照里，"
            "{forms} 种找到 {control} 种。"),
            ("{files} files, {bytes:,} bytes searched for {forms} forms: {found} found. In a planted"
            " control: {control} of {forms} found."),
        ),
        "seen.elsewhere": ("结果：{outcome}。", "Outcome: {outcome}."),
        "seen.renewed": (
            "更新 {references} 条参考，{milliseconds:.0f} 毫秒；{words} 个字里与从前相同的有 {same} 个。",
            ("{references} reference renewed in {milliseconds:.0f} ms; {same} of its {words} words are as"
            " before."),
        ),
        "seen.still_matches": ("答复：{decision}。", "Answer: {decision}."),
        "seen.stale_row": ("结果：{outcome}。", "Outcome: {outcome}."),
        "seen.stale_file": ("结果：{outcome}。", "Outcome: {outcome}."),
        "seen.right_again": ("答复：{decision}。", "Answer: {decision}."),
        "seen.ended": (
            ("撤回用 {withdrawal_ms:.0f} 毫秒，随后的提问在 {refusal_ms:.0f} 毫秒内被拒，合计 {milliseconds:.0f} 毫秒。"
            "结果：{outcome}。"),
            ("The withdrawal took {withdrawal_ms:.0f} ms, the next question was turned down in"
            " {refusal_ms:.0f} ms: {milliseconds:.0f} ms together. Outcome: {outcome}."),
        ),
        "seen.receipt": ("{bytes:,} 字节；{verdict}。", "{bytes:,} bytes; {verdict}."),
        "seen.receipt_home": ("{verdict}。", "The home's ledger: {verdict}."),
        "seen.receipt_forged": ("结果：{outcome}。", "Outcome: {outcome}."),
        "seen.old_keys": (
            ("配今天的密钥槽，打开 {opened} 把；把住户那一行贴回今天的库，打开 {pasted} 把。"
            "撤回之前，同一份副本能打开 {control} 把。"),
            ("With today's slot it opens {opened} keys; the resident's row, pasted into today's store,"
            " {pasted}. Before the withdrawal the same copy opened {control}."),
        ),
        "seen.gone": (
            "含有它的文件：撤回前 {before} 个，撤回后 {after} 个（共查 {files} 个）。",
            "Files that hold a piece of it: {before} before, {after} after ({files} searched).",
        ),
        "seen.intact": (
            "{entries} 条全部从原文重新计算，检查点签名也核对了。",
            "All {entries} entries recomputed from their leaves, the checkpoint's signature with them.",
        ),
        "seen.altered": (
            "改的是第 {entry} 条，审计指出的是第 {named} 条。",
            "Altered: entry {entry}. Named by the audit: entry {named}.",
        ),
        "seen.cunning": (
            "改的是第 {entry} 条，上层节点对不上，指向第 {first}–{last} 条。",
            "Altered: entry {entry}. The tree above it does not fit, and points to entries {first}–{last}.",
        ),
        "seen.unexpected": ("结果：{outcome}。", "Outcome: {outcome}."),
        # -- values -------------------------------------------------------------------------
        "decision.match": ("相符", "match"),
        "decision.non-match": ("不符", "non-match"),
        "outcome.let_through": ("没有拒绝", "it was let through"),
        "verdict.let_through": ("验证通过", "verified"),
        "state.ConsentGiven": ("已给出", "given"),
        "way.card": ("门卡", "card"),
        "way.desk": ("人工登记", "desk"),
        "article.FRM-06-1": (
            "《人脸识别技术应用安全管理办法》第六条第一款：单独同意",
            "Measures on face recognition, article 6(1): separate consent",
        ),
        "article.FRM-06-2": (
            "《人脸识别技术应用安全管理办法》第六条第二款：随时撤回",
            "Measures on face recognition, article 6(2): withdrawal at any time",
        ),
        "article.I24745-TPL": (
            "生物特征信息保护国际标准：参考可更新、可撤销",
            "ISO/IEC 24745: references are renewable and revocable",
        ),
        # -- figures ------------------------------------------------------------------------
        "figure.noise": ("左边是偷来的参考，右边是刚掷的随机数", "Left: the stolen reference. Right: dice"),
        "figure.noise.title": ("两块灰度噪声", "Two patches of grey noise"),
        "figure.noise.text": (
            "每个小格是半个字节，越深数值越小。",
            "Each cell is half a byte, darker for smaller.",
        ),
        "figure.noise.safe": (
            "看不出哪一块是偷来的，把它印在这里也无妨。",
            "Nobody can tell the two apart, so it is safe to print it here.",
        ),
        "figure.noise.stolen": ("偷来的参考", "stolen reference"),
        "figure.noise.random": ("随机数", "random"),
        "figure.cosine": ("窃贼能凑得多像", "How close the thief gets"),
        "figure.cosine.title": (
            "窃贼最好的一次与 {draws:,} 次瞎猜的比较",
            "The thief's best attempt among {draws:,} blind guesses",
        ),
        "figure.cosine.text": (
            ("横轴是与真模板的余弦（0 到 1）。灰柱是随机数按同样办法取得的最好成绩；"
            "窃贼是 {best:.2f}，认出要 {threshold:.2f}，同一个人的另一张照片是 {genuine:.2f}。"),
            ("Horizontally: cosine with the true template, 0 to 1. The grey bars are the best that random"
            " words reach by the same procedure; the thief reaches {best:.2f}, a match needs"
            " {threshold:.2f}, another picture of the person has {genuine:.2f}."),
        ),
        "figure.cosine.axis": ("与真模板的余弦", "cosine with the true template"),
        "figure.cosine.guesses": ("瞎猜", "guesses"),
        "figure.cosine.range": ("瞎猜的 95 %", "95 % of guesses"),
        "figure.cosine.thief": ("窃贼 {best:.2f}", "thief {best:.2f}"),
        "figure.cosine.threshold": ("认出需要 {threshold:.2f}", "a match needs {threshold:.2f}"),
        "figure.cosine.genuine": ("本人 {genuine:.2f}", "the person {genuine:.2f}"),
        "figure.cosine.caption": ("图中的数字", "The figures of the chart"),
        "figure.cosine.from": ("余弦", "Cosine"),
        "figure.cosine.share": ("占瞎猜的比例", "Share of guesses"),
        "figure.cosine.who": ("其中", "Who lies there"),
        # -- the terminal -------------------------------------------------------------------
        "screen.working": ("正在进行：{title}", "{title} …"),
        "screen.report": ("报告：{path}", "The report: {path}"),
        "screen.other": ("英文版：{path}", "In Chinese: {path}"),
        "screen.home": ("保管库留在：{path}（里面没有任何人脸，随时可以删除）", "The home stays at {path}; it holds no face, delete it when you like"),
        "screen.ask": ("您同意吗", "Do you consent"),
        "screen.count": ("{left} 秒后打开镜头，请看镜头", "The camera opens in {left}; look into it"),
        "screen.look": ("镜头已打开", "The camera is open"),
    }
)  # fmt: skip

DATES: Mapping[Language, str] = {
    "zh": "{0.year}年{0.month}月{0.day}日",
    "en": "{0.day} {0:%b} {0.year}",
}


def say(key: str, language: Language, **values: object) -> str:
    """A sentence of the demo."""
    return WORDS.say(key, language, **values)


def promise(finding: Finding, language: Language) -> str:
    """What should be."""
    return say(f"promise.{finding.id}", language)


def seen(finding: Finding, language: Language) -> str:
    """What was, figures and all."""
    return say(f"seen.{finding.id}", language, **_in_words(finding.values, language))


def answered(step: Step, language: Language) -> Told | None:
    """A refusal in the reader's language, its ways in named."""
    if step.error is None:
        return None
    answer = told(step.error, language)
    key = f"article.{answer.article}"
    article = say(key, language) if key in WORDS else answer.article
    return Told(answer.kind, answer.what, _ways(answer.remedy, language), article)


def day(seconds: float, language: Language) -> str:
    """A date as its readers write it, UTC."""
    return DATES[language].format(datetime.fromtimestamp(seconds, UTC))


def minute(seconds: float, language: Language) -> str:
    """A date and time with its zone."""
    return f"{day(seconds, language)} {datetime.fromtimestamp(seconds, UTC):%H:%M} UTC"


def one_in(rate: float) -> str:
    """1e-3 as 1,000."""
    return f"{round(1 / rate):,}"


def _in_words(values: Mapping[str, Any], language: Language) -> dict[str, Any]:
    words = dict(values)
    if "decision" in values:
        words["decision"] = say(f"decision.{values['decision']}", language)
    if "state" in values:
        words["state"] = _word("state", values["state"], language)
    if "outcome" in values:
        words["verdict"] = _ended("verdict", values["outcome"], language)
        words["outcome"] = _ended("outcome", values["outcome"], language)
    if "expires" in values:
        words["expires"] = day(values["expires"], language)
    if "max_fmr" in values:
        words["one_in"] = one_in(values["max_fmr"])
    if "p" in values:
        words["percent"] = f"{100 * values['p']:.{0 if values['p'] >= 0.01 else 2}f}"
    if "fields" in values:
        words["count"] = len(values["fields"])
    return words


def _ended(kind: str, code: str, language: Language) -> str:
    """How a try ended: let through, or in the words of the error tree."""
    if f"{kind}.{code}" in WORDS:
        return say(f"{kind}.{code}", language)
    told_of = messages.say(f"error.{code}", language)
    return told_of if language == "zh" else told_of[0].lower() + told_of[1:]


def _word(kind: str, value: str, language: Language) -> str:
    key = f"{kind}.{value}"
    return say(key, language) if key in WORDS else value


def _ways(text: str, language: Language) -> str:
    """Ways in by name instead of identifier, where they end a sentence."""
    if language == "zh":
        for way in ("card", "desk"):
            text = text.replace(way, say(f"way.{way}", language))
        text = text.replace(", ", "、")
    return text
