#!/usr/bin/env python3
"""The lints themselves: each fault they are for is found in a small tree that has it, and the clean tree passes."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import arrows
import shape

ROOMS = ("tf_room(base HEADERS str.h LIBS x)\ntf_room(event HEADERS event.h\n  NEEDS base)\n"
         "tf_room(rules/tax HEADERS tax.h NEEDS event base LIBS m)\ntf_room(cli NEEDS rules/tax\n  event base)\n")
CLEAN = {"CMakeLists.txt": ROOMS, "include/taxflow/str.h": "", "include/taxflow/event.h": '#include "taxflow/str.h"\n',
         "src/base/str.c": '#include "taxflow/str.h"\n', "src/event/read.h": "", "src/event/read.c": '#include "read.h"\n#include "taxflow/str.h"\n',
         "src/rules/tax/br.c": '#include "taxflow/event.h"\n', "tests/unit/event/test_read.c": '#include "read.h"\n'}


class LintTest(unittest.TestCase):
    def run_lint(self, lint, **changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**CLEAN, **{name.replace("__", "/"): text for name, text in changes.items()}}.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            (pathlib.Path(folder) / "tests").mkdir(exist_ok=True)
            with contextlib.redirect_stdout(io.StringIO()) as said:
                status = lint.main(pathlib.Path(folder).resolve())
        return status, said.getvalue()

    def finds(self, lint, word, path, text):
        status, said = self.run_lint(lint, **{path: text})
        self.assertEqual(status, 1, said)
        self.assertIn(word, said)

    def test_clean_tree(self):
        self.assertEqual(self.run_lint(arrows)[0], 0)
        self.assertEqual(self.run_lint(shape)[0], 0)

    def test_arrows(self):
        self.finds(arrows, "base may not see room event", "src/base/str.c", '#include "taxflow/event.h"\n')
        self.finds(arrows, "event may not see room rules/tax", "include/taxflow/event.h", '#include "taxflow/tax.h"\n')
        self.finds(arrows, "private to another room", "src/rules/tax/br.c", '#include "../../event/read.h"\n')
        self.finds(arrows, "not a file of room rules/tax", "src/rules/tax/br.c", '#include "read.h"\n')
        self.finds(arrows, "no room owns", "src/event/read.c", '#include "taxflow/helpers.h"\n')
        self.finds(arrows, "belongs to no room", "src/utils/x.c", "")
        self.finds(arrows, "does not stand above", "CMakeLists.txt", "tf_room(base HEADERS str.h NEEDS event)\ntf_room(event HEADERS event.h NEEDS base)\ntf_room(rules/tax NEEDS event base)\n")
        self.finds(arrows, "event may not see room rules/tax", "tests/unit/event/test_read.c", '#include "taxflow/tax.h"\n')

    def test_shape(self):
        body = "int f(void)\n{\n" + "    g();\n" * 69 + "}\n"
        self.finds(shape, "a function of 71 lines", "src/base/str.c", body)
        self.finds(shape, "501 lines", "src/base/str.c", "\n" * 501)
        self.finds(shape, "201 lines", "include/taxflow/str.h", "\n" * 201)
        self.finds(shape, "strcpy() is banned", "src/base/str.c", "    strcpy(a, b);\n")
        self.finds(shape, "exit() is banned", "src/base/str.c", "    exit(1);\n")
        self.finds(shape, "usleep() is banned", "tests/unit/event/test_read.c", "    usleep(5);\n")
        allowed = '/* strcpy(a) */ puts("exit(1)"); my_exit(2); job->exit(3);\n'
        self.assertEqual(self.run_lint(shape, **{"src/base/str.c": allowed, "src/cli/main.c": "    exit(1);\n"})[0], 0)


if __name__ == "__main__":
    unittest.main()
