using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Tests.Shell;

public sealed class InteractiveShellTests
{
    private readonly ShellHost _host = new("alpine");

    [Fact]
    public async Task A_shell_prompts_runs_and_exits_with_its_status()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("/ # «[6n");
        await session.TypeAsync("echo hi\r");
        await session.ExpectAsync("echo hi\r\nhi\r\n/ # ");
        await session.TypeAsync("exit 4\r");

        Assert.Equal(4, await session.ReadToEndAsync());
    }

    [Fact]
    public async Task Keys_typed_ahead_while_the_shell_edits_are_a_line_for_the_command_that_starts()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("/ # «[6n");

        await session.TypeAsync("read first; read second; echo \"<$first><$second>\"\rone\rtwo\r");

        await session.ExpectAsync("\r\n<one><two>\r\n");
    }

    [Fact]
    public async Task A_user_who_is_not_root_gets_another_prompt()
    {
        _host.Credentials = new Credentials(1000, 1000, [1000], CanTrace: false);
        using TerminalSession session = Open();

        await session.ExpectAsync("/ $ ");
    }

    [Fact]
    public async Task Arrow_keys_bring_back_and_edit_earlier_lines()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("echo ac\r");
        await session.ExpectAsync("\r\nac\r\n/ # ");

        await session.TypeAsync("\u001b[A\u001b[Db\r");

        await session.ExpectAsync("\r\nabc\r\n");
    }

    [Fact]
    public async Task Home_end_delete_and_word_erase_edit_the_line()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");

        await session.TypeAsync("Xcho one two\u0017three\u001b[H\u001b[3~e\u001b[F!\r");

        await session.ExpectAsync("\r\none three!\r\n");
    }

    [Fact]
    public async Task Tab_completes_commands_and_paths()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("hostn\t\r");
        await session.ExpectAsync("hostname \r\nhost\r\n");

        await session.TypeAsync("ls /etc/pas\t\r");

        await session.ExpectAsync("/etc/passwd \r\n/etc/passwd\r\n");
    }

    [Fact]
    public async Task Tab_lists_what_it_cannot_decide()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");

        await session.TypeAsync("base\t");

        await session.ExpectAsync("base64");
        await session.ExpectAsync("basename");
        await session.ExpectAsync("/ # base");
    }

    [Fact]
    public async Task Ctrl_C_drops_the_line_at_the_prompt()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("nonsense\u0003");
        await session.ExpectAsync("^C\r\n/ # ");

        await session.TypeAsync("echo $?\r");

        await session.ExpectAsync("\r\n130\r\n");
    }

    [Fact]
    public async Task Ctrl_C_ends_the_foreground_command_and_not_the_shell()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("(echo started; sleep 100) | cat\r");
        await session.ExpectAsync("\r\nstarted\r\n");
        await session.TypeAsync("\u0003");
        await session.ExpectAsync("^C\r\n/ # ");

        await session.TypeAsync("echo $?\r");

        await session.ExpectAsync("\r\n130\r\n");
    }

    [Fact]
    public async Task Ctrl_C_ends_a_loop_of_built_in_commands()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("echo go; while :; do :; done\r");
        await session.ExpectAsync("\r\ngo\r\n");

        await session.TypeAsync("\u0003");

        await session.ExpectAsync("/ # ");
    }

    [Fact]
    public async Task Ctrl_D_on_an_empty_line_ends_the_shell()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("false\r");
        await session.ExpectAsync("# ");
        await session.TypeAsync("\u0004");

        Assert.Equal(1, await session.ReadToEndAsync());
    }

    [Fact]
    public async Task An_unfinished_command_is_asked_for_more()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("for i in 1 2; do\r");
        await session.ExpectAsync("> ");

        await session.TypeAsync("echo n$i; done\r");

        await session.ExpectAsync("\r\nn1\r\nn2\r\n/ # ");
    }

    [Fact]
    public async Task A_resize_redraws_the_prompt_and_reaches_stty()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("«[6n");
        session.Terminal.Resize(new WindowSize(90, 30));
        await session.ExpectAsync("\r/ # «[J");

        await session.TypeAsync("stty size\r");

        await session.ExpectAsync("\r\n30 90\r\n");
    }

    [Fact]
    public async Task The_answer_to_the_question_for_the_cursor_is_not_typed_text()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("«[6n");
        await session.TypeAsync("\u001b[12;5R");

        await session.TypeAsync("echo ok\r");

        await session.ExpectAsync("echo ok\r\nok\r\n");
    }

    [Fact]
    public async Task A_long_line_wraps_and_can_be_edited_across_rows()
    {
        using TerminalSession session = Open(new WindowSize(20, 10));
        await session.ExpectAsync("# ");

        await session.TypeAsync("echo 0123456789abcdefghij\u0001\u0005k\r");

        await session.ExpectAsync("\r\n0123456789abcdefghijk\r\n");
    }

    [Fact]
    public async Task Top_draws_the_processes_until_q()
    {
        using TerminalSession session = Open(new WindowSize(80, 24));
        await session.ExpectAsync("# ");
        await session.TypeAsync("top\r");
        await session.ExpectAsync("PID  PPID USER");
        await session.ExpectAsync("sleep infinity");

        await session.TypeAsync("q");

        await session.ExpectAsync("/ # ");
        Assert.Equal(TerminalSettings.LineEditing, session.Terminal.Settings);
    }

    [Fact]
    public async Task Vi_edits_and_writes_a_file()
    {
        using TerminalSession session = Open(new WindowSize(80, 24));
        await session.ExpectAsync("# ");
        await session.TypeAsync("vi /tmp/note\r");
        await session.ExpectAsync("[New file]");
        await session.TypeAsync("ihello\rwirld\u001b\u001b[D\u001b[D\u001b[Dxio\u001b:wq\r");
        await session.ExpectAsync("/ # ");

        await session.TypeAsync("cat /tmp/note\r");

        await session.ExpectAsync("\r\nhello\r\nworld\r\n");
    }

    [Fact]
    public async Task A_background_job_is_reported_when_it_is_done()
    {
        using TerminalSession session = Open();
        await session.ExpectAsync("# ");
        await session.TypeAsync("sleep 100 &\r");
        await session.ExpectAsync("# ");
        await session.TypeAsync("jobs\r");
        await session.ExpectAsync("[1]+  Running");

        await session.TypeAsync("kill %1; wait %1; echo $?\r");

        await session.ExpectAsync("\r\n143\r\n");
    }

    private TerminalSession Open(WindowSize size = default) => new(_host, ["sh"], size);
}
