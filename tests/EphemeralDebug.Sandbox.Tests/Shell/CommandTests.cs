namespace EphemeralDebug.Sandbox.Tests.Shell;

public sealed class CommandTests
{
    [Theory]
    [InlineData("echo -n a; echo -e 'b\\tc\\0101'; echo -e 'd\\ce'", "ab\tcA\nd")]
    [InlineData("printf '%s|' 'a b' '' ü; printf '%5d|%-5s|%05.1f|%x\\n' 42 ab 3.14159 255; printf '%s %s\\n' a b c", "a b||ü|   42|ab   |003.1|ff\na b\nc \n")]
    [InlineData("printf '\\101\\x42\\n%b' 'c\\td\\n'", "AB\nc\td\n")]
    [InlineData("seq 3; seq 2 4; seq 5 -2 1; seq -s, 3; seq -w 9 10", "1\n2\n3\n2\n3\n4\n5\n3\n1\n1,2,3\n09\n10\n")]
    [InlineData("seq 20 | head -3; seq 20 | head -n 2; seq 20 | tail -2; seq 5 | tail -n +4; echo abcdef | head -c 3", "1\n2\n3\n1\n2\n19\n20\n4\n5\nabc")]
    [InlineData("printf 'a b\\nc\\n' | wc; printf 'a b\\nc\\n' | wc -l; printf abc | wc -c", "        2         3         6\n2\n3\n")]
    [InlineData("printf 'Foo\\nbar\\nfoobar\\n' | grep -i foo; printf 'a\\nb\\n' | grep -v a; printf 'a\\nab\\n' | grep -c a", "Foo\nfoobar\nb\n2\n")]
    [InlineData("printf 'x1\\ny22\\n' | grep -oE '[0-9]+'; printf 'a.c\\nabc\\n' | grep -F a.c; printf 'foo bar\\n' | grep -w fo || echo none", "1\n22\na.c\nnone\n")]
    [InlineData("echo a > /tmp/1; echo b > /tmp/2; grep -l b /tmp/1 /tmp/2; grep -n a /tmp/1 /tmp/2; grep -q zz /tmp/1; echo $?; grep -s x /nope; echo $?", "/tmp/2\n/tmp/1:1:a\n1\n2\n")]
    [InlineData("echo 'hello world' | sed 's/o/0/'; echo aaa | sed 's/a/b/g'; echo 'x=1' | sed -E 's/(.)=(.)/\\2=\\1/'; echo /a/b | sed 's|/a|&&|'", "hell0 world\nbbb\n1=x\n/a/a/b\n")]
    [InlineData("seq 5 | sed -n 2,3p; seq 5 | sed '/3/d'; seq 3 | sed '$d'; seq 9 | sed 2q", "2\n3\n1\n2\n4\n5\n1\n2\n1\n2\n")]
    [InlineData("echo hello | tr a-z A-Z; echo hello | tr -d l; echo aabb | tr -s ab; printf 'a\\0b' | tr '\\0' x; echo; echo a1b2 | tr -dc '[:digit:]'", "HELLO\nheo\nab\naxb\n12")]
    [InlineData("echo a:b:c | cut -d: -f2; echo a:b:c | cut -d: -f1,3; echo abcdef | cut -c2-4", "b\na:c\nbcd\n")]
    [InlineData("printf 'b\\na\\nb\\n' | sort; printf '10\\n9\\n' | sort -n; printf 'a\\nb\\na\\n' | sort -ru; printf 'x 2\\ny 1\\n' | sort -k2", "a\nb\nb\n9\n10\nb\na\ny 1\nx 2\n")]
    [InlineData("printf 'a\\na\\nb\\n' | uniq -c; printf 'a\\na\\nb\\n' | uniq -d", "      2 a\n      1 b\na\n")]
    [InlineData("echo hello | base64; echo aGVsbG8K | base64 -d; echo -n abc | sha256sum", "aGVsbG8K\nhello\nba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\n")]
    [InlineData("cd /tmp; mkdir -p a/b; echo x > a/b/f; cp -r a c; cat c/b/f; mv c d; ls d/b; rm -r d; ls; rmdir a 2>/dev/null || echo full", "x\nf\na\nfull\n")]
    [InlineData("cd /tmp; echo t > f; ln -s f l; readlink l; cat l; ls -l l | cut -c1; [ -L l ] && echo link; rm f; cat l 2>/dev/null || echo dangling", "f\nt\nl\nlink\ndangling\n")]
    [InlineData("touch /tmp/f; chmod 640 /tmp/f; stat -c '%a %s %n' /tmp/f; chmod u+x,o=r /tmp/f; ls -l /tmp/f | cut -c1-10", "640 0 /tmp/f\n-rwxr--r--\n")]
    [InlineData("find /etc -name 'pass*' -type f; basename /a/b.txt .txt; dirname /a/b.txt; which cat", "/etc/passwd\nb\n/a\n/bin/cat\n")]
    [InlineData("dd if=/dev/zero bs=4 count=3 2>/dev/null | wc -c; echo abc | dd bs=1 count=2 status=none", "12\nab")]
    [InlineData("echo a b c | xargs -n 1 echo x; env -i A=1 env; A=2 printenv A; timeout 0.05 sleep 10; echo $?", "x a\nx b\nx c\nA=1\n2\n143\n")]
    [InlineData("id; id -u; whoami; hostname; uname -s; tty; date -d @0 +%F_%T", "uid=0(root) gid=0(root) groups=0(root)\n0\nroot\nhost\nLinux\nnot a tty\n1970-01-01_00:00:00\n")]
    [InlineData("echo a | tee /tmp/t; cat /tmp/t; echo b | tee -a /tmp/t > /dev/null; cat -n /tmp/t", "a\na\n     1\ta\n     2\tb\n")]
    [InlineData("yes no | head -n 2; true; false || echo $?", "no\nno\n1\n")]
    [InlineData("kill -0 1 && echo there; kill -0 999 2>&1; kill -l | head -n 1", "there\nsh: can't kill pid 999: No such process\n 1) HUP\n")]
    public async Task Commands_print_what_their_models_print(string script, string expected)
    {
        ShellResult result = await new ShellHost().RunAsync(script);

        Assert.Equal(expected, result.Output);
    }

    [Theory]
    [InlineData("cat /nope", 1, "cat: can't open '/nope': No such file or directory\n")]
    [InlineData("ls /nope", 1, "ls: /nope: No such file or directory\n")]
    [InlineData("rm /etc", 1, "rm: '/etc': Is a directory\n")]
    [InlineData("ls --nonsense", 1, "ls: unrecognized option: nonsense\n")]
    [InlineData("sleep x", 1, "sleep: invalid number 'x'\n")]
    [InlineData("env no-such-program", 127, "env: can't execute 'no-such-program': No such file or directory\n")]
    [InlineData("stty size", 1, "stty: standard input: Not a tty\n")]
    public async Task Commands_fail_with_a_reason(string script, int code, string errors)
    {
        ShellResult result = await new ShellHost().RunAsync(script);

        Assert.Equal((code, errors), (result.Code, result.Errors));
    }

    [Fact]
    public async Task A_user_who_is_not_root_cannot_write_everywhere()
    {
        var host = new ShellHost { Credentials = new Sandbox.Processes.Credentials(1000, 1000, [1000], CanTrace: false) };

        ShellResult result = await host.RunAsync("echo x > /etc/passwd; touch /tmp/mine && echo ok; ls /root; id");

        Assert.Equal("ok\nuid=1000 gid=1000 groups=1000\n", result.Output);
        Assert.Equal("sh: can't create /etc/passwd: Permission denied\nls: can't open '/root': Permission denied\n", result.Errors);
    }

    [Fact]
    public async Task A_script_on_standard_input_leaves_what_follows_to_its_commands()
    {
        ShellResult result = await new ShellHost().RunCommandAsync(["sh"], "read x\nvalue\necho got $x\nif true; then\necho yes\nfi\nexit 3\n");

        Assert.Equal(("got value\nyes\n", 3), (result.Output, result.Code));
    }

    [Fact]
    public async Task A_script_file_runs_with_its_interpreter_and_arguments()
    {
        ShellResult result = await new ShellHost().RunAsync("printf '#!/bin/sh\\necho $0 $1\\n' > /tmp/s; chmod +x /tmp/s; /tmp/s arg; sh /tmp/s two; . /tmp/s");

        Assert.Equal("/tmp/s arg\n/tmp/s two\nsh\n", result.Output);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf_8_go_through_variables_unchanged()
    {
        ShellResult result = await new ShellHost().RunAsync("x=$(printf 'a\\377b'); printf \"$x\" | sha256sum; printf 'a\\377b' | sha256sum");

        string[] sums = result.Output.Split('\n');
        Assert.Equal(sums[0], sums[1]);
    }
}
