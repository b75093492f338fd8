"""Places, devices, captures, signs: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

_HELP = {
    "help.place": ("地点：摄像头在哪里，可以看到哪里", "Places: where cameras are, and what they may see"),
    "help.place.add": (
        ("登记地点\n\n"
        "客房、公共浴室、更衣室、卫生间等私密空间一律拒绝，没有例外。公共场所还须写明公共安全依据。"
        "改动已登记的地点，用 --replaces 指明取代哪一版。\n"
        "$ facekeep --home H place add docs/examples/lobby.toml"),
        ("Register a place\n\n"
        "Guest rooms, public baths, changing rooms, toilets and other private spaces are refused; there is"
        " no override. A public place also names its public-safety document. To change a place, say with"
        " --replaces which version you looked at.\n"
        "$ facekeep --home H place add docs/examples/lobby.toml"),
    ),
    "help.place.close": (
        "停用地点：此后那里不再采集\n\n$ facekeep --home H place close lobby",
        "Close a place: nothing is captured there any more\n\n$ facekeep --home H place close lobby",
    ),
    "help.place.list": ("列出地点\n\n$ facekeep --home H place list", "Every place\n\n$ facekeep --home H place list"),
    "help.device": ("设备：照片从哪里来", "Devices: where pictures come from"),
    "help.device.add": (
        ("登记设备；启用之前不能采集\n\n"
        "用 --key-out 为设备生成密钥，或用 --public-key 登记它自己的公钥；没有密钥的设备，采集来源无法证明。\n"
        "$ facekeep --home H device add gate-1 --place lobby --purpose gate --key-out gate-1.key"),
        ("Register a device; it takes no picture before it is activated\n\n"
        "Draw its key with --key-out, or enter its own with --public-key. Captures of a device without a"
        " key prove nothing about where they come from.\n"
        "$ facekeep --home H device add gate-1 --place lobby --purpose gate --key-out gate-1.key"),
    ),
    "help.device.activate": (
        ("启用设备：标识已张贴，签署人已看过\n\n"
        "没有标识就不能启用。公共场所须有标识的照片。\n"
        "$ facekeep --home H device activate gate-1 --sign-photo photo.jpg --officer 李静 --officer-key li.pem"),
        ("Put a device to use: its sign hangs, an officer has seen it\n\n"
        "No sign, no activation. A public place needs a photograph of it.\n"
        "$ facekeep --home H device activate gate-1 --sign-photo photo.jpg --officer Li --officer-key li.pem"),
    ),
    "help.device.suspend": (
        "暂停设备，直到再次启用\n\n$ facekeep --home H device suspend gate-1",
        "Put a device out of use until it is activated again\n\n$ facekeep --home H device suspend gate-1",
    ),
    "help.device.retire": (
        "永久停用设备；名称不再使用\n\n$ facekeep --home H device retire gate-1",
        "Put a device out of use for good; its name is not used again\n\n$ facekeep --home H device retire gate-1",
    ),
    "help.device.list": ("列出设备\n\n$ facekeep --home H device list", "Every device\n\n$ facekeep --home H device list"),
    "help.capture": ("采集：让本人用自己的手机注册", "Captures: enrolling from one's own phone"),
    "help.capture.link": (
        ("生成一次性链接口令，供一个人用自己的手机注册\n\n"
        "只用于该目的、该人员的注册，只能用一次；口令只显示这一回。\n"
        "$ facekeep --home H capture link --subject 7 --purpose gate\n"
        "$ facekeep --home H enrol --subject 7 --purpose gate --link TOKEN photo.jpg"),
        ("Make a token by which one person enrols once from their own phone\n\n"
        "It enrols this person for this purpose, once, and does nothing else. It is shown this once.\n"
        "$ facekeep --home H capture link --subject 7 --purpose gate\n"
        "$ facekeep --home H enrol --subject 7 --purpose gate --link TOKEN photo.jpg"),
    ),
    "help.sign": ("标识：设备旁张贴的告示", "Signs: what hangs beside a device"),
    "help.sign.make": (
        ("绘制设备的标识，A4，可打印\n\n"
        "二维码由保管库的密钥签名，指纹印在标识上。.pdf 需要 typst。\n"
        "$ facekeep --home H sign make gate-1 -o sign.svg"),
        ("Draw a device's sign, A4, to be printed\n\n"
        "Its QR code is signed with the home's key, whose fingerprint is printed on it. A .pdf needs typst.\n"
        "$ facekeep --home H sign make gate-1 -o sign.svg"),
    ),
    "help.sign.check": (
        ("核对标识的二维码，可另存核对页\n\n"
        "不需要保管库。伪造的退出码为 4，核对页会写明。\n"
        "$ facekeep sign check code.txt --key ledger.pub -o page.html"),
        ("Check the code of a sign, and write its check page\n\n"
        "Needs no home. A forged one exits 4, and the page says so in words.\n"
        "$ facekeep sign check code.txt --key ledger.pub -o page.html"),
    ),
}  # fmt: skip

_OPTIONS = {
    "option.place": ("地点的 id，例如 lobby", "the place's id, such as lobby"),
    "option.place_file": ("地点文件（TOML）", "a place file (TOML)"),
    "option.replaces": ("所取代的版本", "the version it takes the place of"),
    "option.device": ("已登记设备的名称，例如 gate-1", "a registered device's name, such as gate-1"),
    "option.device_key": (
        "设备的私钥文件；有它，采集来源可证明到设备",
        "the device's private key file; with it a capture proves its device",
    ),
    "option.device_purpose": ("设备服务的目的；可多次给出", "a purpose the device serves; may be given several times"),
    "option.device_kind": ("gate、desk、kiosk、camera 或 phone", "gate, desk, kiosk, camera or phone"),
    "option.device_public_key": ("设备自己的公钥文件（PEM 或十六进制）", "the device's own public key (PEM or hexadecimal)"),
    "option.device_key_out": ("写出新私钥的文件", "where to write a new private key"),
    "option.zone": ("采集区域的名称；默认第一个", "the name of its collection zone; by default the first"),
    "option.trusted": ("该设备自己的活体检测结论可信", "its own attack check counts for its purposes"),
    "option.sign_photo": ("标识的照片", "a photograph of the sign"),
    "option.sign_printed": ("标识已打印张贴，签署人看过，没有照片", "printed, hung and seen by the officer; no photograph"),
    "option.profile": (
        "采集方式：standard、voice、large_type、no_challenge 或 staffed",
        "how the person is guided: standard, voice, large_type, no_challenge or staffed",
    ),
    "option.link": ("本人手机的一次性口令", "the once-only token of the person's own phone"),
    "option.link_hours": ("口令有效小时数", "for how many hours the token holds"),
    "option.sign_out": ("标识文件，.svg 或 .pdf", "the sign's file, .svg or .pdf"),
    "option.sign_purpose": ("标识所述的目的", "the purpose the sign is about"),
    "option.sign_text": ("二维码的文字，或存有它的文件", "the code's text, or a file that holds it"),
    "option.sign_page": ("核对页文件（HTML）", "where to write the check page (HTML)"),
}  # fmt: skip

_SAID = {
    "label.place": ("地点", "place"),
    "label.place_kind": ("类型", "kind of place"),
    "label.place_open": ("状态", "state"),
    "label.address": ("地址", "address"),
    "label.zone": ("采集区域", "collection zone"),
    "label.device": ("设备", "device"),
    "label.device_state": ("状态", "state"),
    "label.device_kind": ("设备类型", "kind of device"),
    "label.sign": ("标识", "sign"),
    "label.link": ("口令", "token"),
    "label.operator": ("处理者", "operator"),
    "zone.metres": ("{area} 平方米", "{area} m²"),
    "zone.picture": ("画面的 {share}%", "{share} % of the picture"),
    "place.added": ("地点已登记", "Place registered"),
    "place.closed": ("地点已停用", "Place closed"),
    "place.none": ("还没有登记任何地点", "No place is registered yet"),
    "place_state.open": ("使用中", "open"),
    "place_state.closed": ("已停用", "closed"),
    "place_kind.entrance": ("出入口", "entrance"),
    "place_kind.counter": ("柜台", "counter"),
    "place_kind.office": ("办公室", "office"),
    "place_kind.home": ("住宅", "home"),
    "place_kind.public": ("公共场所", "public place"),
    "place_kind.school": ("学校", "school"),
    "place_kind.hospital_ward": ("病区", "hospital ward"),
    "place_kind.station": ("车站", "station"),
    "place_kind.shop": ("商店", "shop"),
    "place_kind.workplace": ("工作场所", "workplace"),
    "place_kind.residential_gate": ("小区出入口", "residential gate"),
    "device.added": ("设备已登记", "Device registered"),
    "device.active": ("设备已启用", "Device in use"),
    "device.suspended": ("设备已暂停", "Device suspended"),
    "device.retired": ("设备已永久停用", "Device retired"),
    "device.none": ("还没有登记任何设备", "No device is registered yet"),
    "device.key": ("私钥已写入 {path}，请只放在该设备上。", "Its private key is in {path}. Keep it on that device alone."),
    "device.no_key": (
        "没有密钥：它的采集来源无法证明。",
        "Without a key its captures prove nothing about where they come from.",
    ),
    "device.next": (
        "下一步：facekeep sign make {name} -o sign.svg，张贴后 facekeep device activate {name}",
        "Next: facekeep sign make {name} -o sign.svg; when it hangs, facekeep device activate {name}",
    ),
    "device_state.registered": ("已登记", "registered"),
    "device_state.active": ("使用中", "in use"),
    "device_state.suspended": ("暂停", "suspended"),
    "device_state.retired": ("已停用", "retired"),
    "device_kind.gate": ("闸机", "gate"),
    "device_kind.desk": ("柜台", "desk"),
    "device_kind.kiosk": ("自助机", "kiosk"),
    "device_kind.camera": ("摄像头", "camera"),
    "device_kind.phone": ("手机", "phone"),
    "link.made": ("口令已生成", "Token made"),
    "link.once": ("{hours} 小时内有效，只能用一次；请只交给本人。", "It holds for {hours} hours and once. Give it to the person alone."),
    "link.use": (
        "使用：facekeep enrol --subject … --purpose {purpose} --link …",
        "Use: facekeep enrol --subject … --purpose {purpose} --link …",
    ),
    "sign.made": ("标识已绘制", "Sign drawn"),
    "sign.hang": (
        "请打印、张贴、拍照，然后：facekeep device activate {name} --sign-photo photo.jpg",
        "Print it, hang it, photograph it, then: facekeep device activate {name} --sign-photo photo.jpg",
    ),
    "sign.genuine": ("标识属实", "The sign is genuine"),
    "sign.compare": ("请核对指纹与标识上印的一致。", "Compare the fingerprint with the one printed on the sign."),
    "sign.alarm": (
        "请勿相信这块标识，不要在那里刷脸，并告知现场人员。",
        "Do not rely on this sign, do not show your face there, and tell somebody on site.",
    ),
    "error.one_device_key": ("--public-key 与 --key-out 只能选一个", "choose --public-key or --key-out, not both"),
    "error.sign_evidence": (
        "请给出 --sign-photo 或 --sign-printed 之一",
        "name one of --sign-photo and --sign-printed",
    ),
    "error.sign_suffix": ("标识文件以 .svg 或 .pdf 结尾", "a sign's file ends in .svg or .pdf"),
    "error.not_written": ("文件无法写入：{file}", "the file cannot be written: {file}"),
}  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {**_HELP, **_OPTIONS, **_SAID}
"""Chinese, English by key; merged into ``cli.words``."""
