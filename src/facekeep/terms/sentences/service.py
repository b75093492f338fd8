"""What goes wrong before a room is asked, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "nobody is signed in": "没有登录",
    "the request is not understood": "看不懂这个请求",
    "See /docs for what is expected here": "接口说明见 /docs",
    "nothing lies here": "这里什么也没有",
    "See /docs for the paths there are": "有哪些路径见 /docs",
    "this path does not know this method": "这个路径不接受这种方法",
    "See /docs": "见 /docs",
    "we answer in JSON": "只以 JSON 回答",
    "Accept application/json": "请接受 application/json",
    "another request is doing this": "另一个请求正在做这件事",
    "Ask again in a moment": "请稍后再试",
    "the length of the body is not known": "不知道正文的长度",
    "Send Content-Length": "请附上 Content-Length",
    "the body is larger than we take": "正文超过允许的大小",
    "Send smaller or fewer pictures": "请使用更小或更少的照片",
    "a body of this kind is not read here": "这里不读取这种正文",
    "Send application/json or multipart/form-data": "请使用 application/json 或 multipart/form-data",
    "some fields are not as they must be": "有些字段不符合要求",
    "Mend the fields named in faults": "请改正 faults 中列出的字段",
    "the headers are larger than we take": "请求头超过允许的大小",
    "Send fewer": "请减少",
    "more is asked at once than we take": "同时的请求太多",
}
