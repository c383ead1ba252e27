namespace EphemeralDebug.Sandbox.Tests.Shell;

public sealed class ShellLanguageTests
{
    [Theory]
    [InlineData("echo hello", "hello\n")]
    [InlineData("echo 'a  b' \"c  d\" e\\ f", "a  b c  d e f\n")]
    [InlineData("x=5; echo \"$x\" ${x} '$x' \\$x", "5 5 $x $x\n")]
    [InlineData("echo ${y:-none} ${x:+set}; x=1; echo ${x:+set} ${x:-none}", "none\nset 1\n")]
    [InlineData("echo ${z:=made} $z", "made made\n")]
    [InlineData("f=/a/b/c.tar.gz; echo ${f##*/} ${f%.*} ${f%%.*} ${f#/} ${#f}", "c.tar.gz /a/b/c.tar /a/b/c a/b/c.tar.gz 13\n")]
    [InlineData("f=abcdef; echo \"${f#??}\" ${f%\"${f#??}\"} \"${f%\"c*\"}\" \"${f%c*}\"", "cdef ab abcdef ab\n")]
    [InlineData("false; echo $?; true; echo $?", "1\n0\n")]
    [InlineData("false || echo no; true && echo yes; false && echo never; ! false && echo negated", "no\nyes\nnegated\n")]
    [InlineData("if false; then echo a; elif true; then echo b; else echo c; fi", "b\n")]
    [InlineData("i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", "0\n1\n2\n")]
    [InlineData("i=0; until [ $i -ge 2 ]; do i=$((i + 1)); done; echo $i", "2\n")]
    [InlineData("for i in a 'b c' d; do echo \"<$i>\"; done", "<a>\n<b c>\n<d>\n")]
    [InlineData("for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done", "1\n3\n")]
    [InlineData("for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done", "1a\n2a\n")]
    [InlineData("case foo.txt in *.c) echo c;; f*|g*) echo f;; *) echo other;; esac", "f\n")]
    [InlineData("case 'a*' in 'a*') echo literal;; esac; case ab in 'a*') echo wrong;; [a-c]?) echo class;; esac", "literal\nclass\n")]
    [InlineData("f() { echo \"$1-$#\"; return 3; }; f x y; echo $?", "x-2\n3\n")]
    [InlineData("f() { local v=in; echo $v; }; v=out; f; echo $v", "in\nout\n")]
    [InlineData("echo $(echo a; echo b) \"$(echo c; echo d)\"", "a b c\nd\n")]
    [InlineData("echo `echo \\`echo nested\\``", "nested\n")]
    [InlineData("x=$(false); echo $?; x=y; echo $?", "1\n0\n")]
    [InlineData("echo $((2 + 3 * 4)) $(( (2+3)*4 )) $((7/2)) $((7%3)) $((1<<4)) $((5>3&&2>1)) $((0x10)) $((x=4)) $x", "14 20 3 1 16 1 16 4 4\n")]
    [InlineData("set -- a b c; echo $# $2 \"$*\"; shift; echo $1; for a; do echo $a; done", "3 b a b c\nb\nb\nc\n")]
    [InlineData("set -- 'a b' c; for x in \"$@\"; do echo \"<$x>\"; done", "<a b>\n<c>\n")]
    [InlineData("set --; echo \"$@\" x; for a in \"$@\"; do echo never; done; echo $#", "x\n0\n")]
    [InlineData("(x=1; echo $x); echo ${x-unset}", "1\nunset\n")]
    [InlineData("{ echo a; echo b; } | wc -l", "2\n")]
    [InlineData("echo one two three | (read a b; echo \"$b\")", "two three\n")]
    [InlineData("seq 3 | while read n; do echo \"n=$n\"; done", "n=1\nn=2\nn=3\n")]
    [InlineData("IFS=:; set -- $(echo a:b::c); echo $# \"$3\"", "4 \n")]
    [InlineData("cat <<EOF\na $((1+1)) $(echo b)\nEOF\ncat <<'EOF'\n$x\nEOF\ncat <<-EOF\n\ttab\n\tEOF", "a 2 b\n$x\ntab\n")]
    [InlineData("echo x > /tmp/f; echo y >> /tmp/f; cat < /tmp/f; wc -l < /tmp/f", "x\ny\n2\n")]
    [InlineData("ls /nope 2>/dev/null || echo failed; (echo e >&2) 2>&1 | tr e E", "failed\nE\n")]
    [InlineData("exec 3>/tmp/f; echo three >&3; exec 3>&-; cat /tmp/f", "three\n")]
    [InlineData("cd /tmp && touch b1 a1 c2 && echo *1 [bc]? nothing*", "a1 b1 b1 c2 nothing*\n")]
    [InlineData("cd /tmp && touch a1 && echo '*1' \"*1\" \\*1; set -f; echo *1", "*1 *1 *1\n*1\n")]
    [InlineData("eval 'x=1; echo \"$x\"'; echo \"a\\\"b\"", "1\na\"b\n")]
    [InlineData("A=1 sh -c 'echo $A'; echo ${A-unset}", "1\nunset\n")]
    [InlineData("export A=2; sh -c 'echo $A'; unset A; sh -c 'echo ${A-gone}'", "2\ngone\n")]
    [InlineData("sh -c 'echo $0 $1 $2' name x y", "name x y\n")]
    [InlineData("command -v sh echo nope; echo $?", "/bin/sh\necho\n127\n")]
    [InlineData("trap 'echo bye' EXIT; echo hi", "hi\nbye\n")]
    [InlineData("sleep 0 & wait $!; echo $?; sh -c 'exit 7' & wait $!; echo $?", "0\n7\n")]
    [InlineData("false | true; echo $?; set -o pipefail; false | true; echo $?", "0\n1\n")]
    [InlineData("echo ~ ~/x; HOME=/h; echo ~", "/root /root/x\n/h\n")]
    [InlineData("echo a#b # comment", "a#b\n")]
    [InlineData("echo a \\\n b", "a b\n")]
    [InlineData("x='a  b'; echo $x; echo \"$x\"", "a b\na  b\n")]
    [InlineData("printf '%s\\n' \"$(printf 'a\\n\\n')\"", "a\n")]
    [InlineData("test -z \"\" && echo empty; [ a != b -a 1 -lt 2 ] && echo both; [ ! -e /nope ] && echo absent", "empty\nboth\nabsent\n")]
    [InlineData("readonly r=1; (r=2) 2>/dev/null; echo $r", "1\n")]
    [InlineData("echo $-; set -e; echo $-", "\ne\n")]
    [InlineData("x=1; f() { x=2; }; f; echo $x; (f() { echo sub; }; f); type cat", "2\nsub\ncat is /bin/cat\n")]
    public async Task Scripts_print_what_a_shell_prints(string script, string expected)
    {
        ShellResult result = await new ShellHost().RunAsync(script);

        Assert.Equal(expected, result.Output);
    }

    [Theory]
    [InlineData("exit 3", 3, "")]
    [InlineData("exit 300", 44, "")]
    [InlineData("no-such-program", 127, "sh: no-such-program: not found\n")]
    [InlineData("/etc", 126, "sh: /etc: Permission denied\n")]
    [InlineData("if", 2, "sh: syntax error: unexpected end of file\n")]
    [InlineData("echo )", 2, "sh: syntax error: unexpected \")\"\n")]
    [InlineData("set -e; false; echo never", 1, "")]
    [InlineData("set -e; false || true; if false; then :; fi; ! true; exit 4", 4, "")]
    [InlineData("set -u; echo $nope", 2, "sh: nope: parameter not set\n")]
    [InlineData("echo ${x:?is missing}; echo never", 2, "sh: x: is missing\n")]
    [InlineData("kill -9 $$", 137, "")]
    [InlineData("kill $$; sleep 5", 143, "")]
    [InlineData("cat < /nope", 1, "sh: can't open /nope: no such file\n")]
    [InlineData("yes | head -n 1 > /dev/null", 0, "")]
    public async Task Scripts_end_as_a_shell_ends(string script, int code, string errors)
    {
        ShellResult result = await new ShellHost().RunAsync(script);

        Assert.Equal((code, errors), (result.Code, result.Errors));
    }
}
