#!/bin/sh
# Playwright sets MOZ_CRASHREPORTER_SHUTDOWN, with which the whole browser ends when the first process of a page is killed.
unset MOZ_CRASHREPORTER MOZ_CRASHREPORTER_NO_REPORT MOZ_CRASHREPORTER_SHUTDOWN
MOZ_CRASHREPORTER_DISABLE=1 exec firefox-esr "$@"
