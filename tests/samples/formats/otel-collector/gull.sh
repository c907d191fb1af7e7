#!/bin/sh
echo kree
