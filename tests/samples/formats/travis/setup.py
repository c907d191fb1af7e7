from setuptools import setup

setup(name="weir", version="3.1", packages=["weir"])
