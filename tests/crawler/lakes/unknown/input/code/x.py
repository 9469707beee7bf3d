import os


def main():
    print(os.getcwd(), 1)
