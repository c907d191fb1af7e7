#!/bin/sh
printf '\a'
