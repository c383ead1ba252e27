using System.Diagnostics;
using System.Text;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Terminal;
using EphemeralDebug.Terminal.Tests.Harness;

namespace EphemeralDebug.Module.Tests;

/// <summary>PowerShell in a real pseudo-terminal, with a shell in a container: what a person sees and types.</summary>
public sealed class TerminalSessionTests : IAsyncLifetime
{
    private const string Connect = "$ErrorActionPreference = 'Stop'; Import-Module \"$env:REPOSITORY/output/EphemeralDebug\"; $null = Connect-EphemeralCluster $env:EPHEMERALDEBUG_SANDBOX_KUBECONFIG; ";

    private readonly string _folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
    private SandboxServer? _sandbox;

    private string KubeConfig => Path.Combine(_folder, "kubeconfig");

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Pods = DemoPod.Demonstration });
        _sandbox.WriteKubeConfig(KubeConfig);
    }

    public async Task DisposeAsync()
    {
        await _sandbox!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [SkippableFact]
    public async Task A_shell_that_Enter_started_is_typed_into_resized_and_left_with_its_exit_code()
    {
        using var session = Start("New-EphemeralContainer web busybox -Target app -Enter; \"left with $LASTEXITCODE\"; (Get-EphemeralContainer web).State");
        string before = session.Terminal.Modes;
        await session.WaitAsync("# ");
        Assert.NotEqual(before, session.Terminal.Modes);
        await session.TypeAsync("echo one-$((1 + 1))\r", "one-2");
        await session.TypeAsync("stty size\r", "30 100");
        session.Terminal.Resize(new TerminalSize(120, 40));
        await session.TypeAsync("while [ \"$(stty size)\" != '40 120' ]; do sleep 0.1; done; stty size\r", "\n40 120\r\n");
        await session.WaitAsync("# ");
        await session.TypeAsync("echo re\"\"ady; cat\r", "ready\r\n");
        await session.TypeAsync("for cat\r", "for cat\r\nfor cat");
        await session.TypeAsync("\u0003", "^C");
        await session.TypeAsync("exit 3\r", "left with 3");
        await session.WaitAsync("Terminated");
        Assert.Equal(0, await session.ExitCodeAsync());
        Assert.Equal(before, session.Terminal.Modes);
    }

    [SkippableFact]
    public async Task The_detach_keys_leave_a_shell_that_can_be_entered_again()
    {
        using var session = Start(
            "New-EphemeralContainer web busybox -Name again -Enter; 'between'; Enter-EphemeralContainer web again -PassThru | ForEach-Object { \"ended with $($_.ExitCode)\" }");
        await session.WaitAsync("# ");
        await session.TypeAsync("\u0010\u0011", "Detached from default/web/again");
        await session.WaitAsync("between");
        await session.WaitAsync("# ");
        await session.TypeAsync("exit 5\r", "ended with 5");
        Assert.Equal(0, await session.ExitCodeAsync());
    }

    [SkippableFact]
    public async Task A_server_that_goes_away_gives_the_terminal_back_and_an_error()
    {
        using var session = Start("$ErrorActionPreference = 'Continue'; New-EphemeralContainer web busybox -Enter; \"id $($Error[0].FullyQualifiedErrorId)\"; exit 7");
        string before = session.Terminal.Modes;
        await session.WaitAsync("# ");
        await _sandbox!.DisposeAsync();
        await session.WaitAsync("id ConnectionLost,");
        Assert.Equal(7, await session.ExitCodeAsync());
        Assert.Equal(before, session.Terminal.Modes);
    }

    [SkippableTheory]
    [InlineData(PtyNative.SigTerm)]
    [InlineData(PtyNative.SigHup)]
    public async Task A_host_that_is_told_to_die_gives_the_terminal_back(int signal)
    {
        using var session = Start("New-EphemeralContainer web busybox -Enter; 'not reached'");
        string before = session.Terminal.Modes;
        await session.WaitAsync("# ");
        Assert.NotEqual(before, session.Terminal.Modes);
        session.Signal(signal);
        await session.ExitCodeAsync();
        Assert.Equal(before, session.Terminal.Modes);
    }

    [SkippableFact]
    public async Task Ctrl_C_from_outside_ends_the_shell_and_gives_the_terminal_back()
    {
        using var session = Start("try { New-EphemeralContainer web busybox -Enter } finally { [Console]::Out.WriteLine('stopped') }");
        string before = session.Terminal.Modes;
        await session.WaitAsync("# ");
        session.Signal(PtyNative.SigInt);
        await session.WaitAsync("stopped");
        await session.ExitCodeAsync();
        Assert.Equal(before, session.Terminal.Modes);
    }

    [SkippableFact]
    public async Task Attaching_reaches_the_images_own_process()
    {
        using var session = Start("New-EphemeralContainer web busybox -Enter -Attach -PassThru | ForEach-Object { \"ended with $($_.ExitCode)\" }");
        await session.TypeAsync("\r", "# ");
        await session.TypeAsync("exit 4\r", "ended with 4");
        Assert.Equal(0, await session.ExitCodeAsync());
    }

    [SkippableFact]
    public async Task A_debug_pod_is_removed_when_its_shell_ends()
    {
        using var session = Start("New-EphemeralDebugPod node/sandbox-node busybox -Enter; \"left with $LASTEXITCODE\"; @(Get-EphemeralDebugPod | Where-Object Phase -ne Terminating).Count");
        await session.WaitAsync("# ");
        await session.TypeAsync("ls -d /host/etc\r", "/host/etc\r\n");
        await session.TypeAsync("exit 3\r", "left with 3\r\n0\r\n");
        Assert.Equal(0, await session.ExitCodeAsync());
    }

    [SkippableFact]
    public async Task A_debug_pod_that_was_detached_from_is_entered_again()
    {
        using var session = Start("New-EphemeralDebugPod web busybox -CopyTo again -Enter; 'between'; Get-EphemeralDebugPod again | Enter-EphemeralContainer -PassThru | ForEach-Object { \"ended with $($_.ExitCode)\" }; (Get-EphemeralDebugPod again).Phase");
        await session.WaitAsync("# ");
        await session.TypeAsync("\u0010\u0011", "Get-EphemeralDebugPod default/again");
        await session.WaitAsync("between");
        await session.WaitAsync("# ");
        await session.TypeAsync("exit 5\r", "ended with 5\r\nRunning");
        Assert.Equal(0, await session.ExitCodeAsync());
    }

    [SkippableFact]
    public async Task A_debug_pod_is_removed_when_the_pipeline_is_stopped()
    {
        using var session = Start("try { New-EphemeralDebugPod web busybox -CopyTo stopped -Enter } finally { [Console]::Out.WriteLine('left ' + @(Get-EphemeralDebugPod | Where-Object Phase -ne Terminating).Count) }");
        await session.WaitAsync("# ");
        session.Signal(PtyNative.SigInt);
        await session.WaitAsync("left 0");
        await session.ExitCodeAsync();
    }

    [SkippableFact]
    public async Task A_debug_pod_that_cannot_be_removed_is_told()
    {
        using var session = Start("$ErrorActionPreference = 'Continue'; New-EphemeralDebugPod web busybox -CopyTo orphan -Enter; exit 7");
        await session.WaitAsync("# ");
        await _sandbox!.DisposeAsync();
        await session.WaitAsync("Remove-EphemeralDebugPod default/orphan");
        Assert.Equal(7, await session.ExitCodeAsync());
    }

    private Session Start(string script)
    {
        Skip.If(OperatingSystem.IsWindows(), "Pseudo-terminals are made by the tests on Unix only.");
        Skip.If(PowerShell.Missing is not null, $"PowerShell did not run in a terminal: {PowerShell.Missing}.");
        return new Session(KubeConfig, Connect + script);
    }

    private sealed class Session : IDisposable
    {
        private static readonly byte[] s_cursorQuery = "\u001b[6n"u8.ToArray();

        private readonly Process _process;
        private readonly CancellationTokenSource _ended = new();
        private readonly Task _answering;
        private int _seen;

        public Session(string kubeConfig, string script)
        {
            Terminal.Resize(new TerminalSize(100, 30));

            // The shell that setsid starts leads the session, so the first terminal it opens becomes the session's.
            var start = new ProcessStartInfo(
                "setsid", ["sh", "-c", "exec pwsh -NoProfile -Command \"$SCRIPT\" <\"$TTY\" >\"$TTY\" 2>&1"])
            {
                UseShellExecute = false,
            };
            start.Environment["TTY"] = Terminal.Name;
            start.Environment["TERM"] = "xterm";
            start.Environment["SCRIPT"] = script;
            start.Environment["NO_COLOR"] = "1";
            start.Environment["REPOSITORY"] = PowerShell.Repository;
            start.Environment["EPHEMERALDEBUG_SANDBOX_KUBECONFIG"] = kubeConfig;
            _process = Process.Start(start)!;
            _answering = AnswerAsync();
        }

        public PseudoTerminal Terminal { get; } = new();

        /// <summary>Types, and waits until the text was shown after what was waited for before.</summary>
        public async Task TypeAsync(string keys, string expected)
        {
            Terminal.Type(keys);
            await WaitAsync(expected);
        }

        public async Task WaitAsync(string expected)
        {
            try
            {
                byte[] output = await Terminal.WaitForOutputAsync(bytes => Find(bytes, expected) >= 0);
                _seen = Find(output, expected) + expected.Length;
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{expected}' was not shown; the terminal shows: {Encoding.UTF8.GetString(Terminal.Output)}");
            }
        }

        public void Signal(int signal) => Assert.Equal(0, PtyNative.Kill(_process.Id, signal));

        public async Task<int> ExitCodeAsync()
        {
            using var limit = new CancellationTokenSource(Limits.Step);
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _ended.Cancel();
            _answering.Wait(Limits.Step);
            _ended.Dispose();
            _process.Dispose();
            Terminal.Dispose();
        }

        /// <summary>Answers where the cursor is, as a terminal does: whoever asks waits for it.</summary>
        private async Task AnswerAsync()
        {
            int answered = 0;
            while (!_ended.IsCancellationRequested)
            {
                int asked = CountQueries(Terminal.Output);
                for (; answered < asked; answered++)
                {
                    Terminal.Type("\u001b[1;1R");
                }

                int known = asked;
                await Task.WhenAny(
                    Terminal.WaitForOutputAsync(bytes => CountQueries(bytes) > known),
                    Task.Delay(Timeout.Infinite, _ended.Token));
            }
        }

        private static int CountQueries(ReadOnlySpan<byte> output) => output.Count(s_cursorQuery);

        private int Find(byte[] output, string expected) =>
            Encoding.UTF8.GetString(output).IndexOf(expected, _seen, StringComparison.Ordinal);
    }
}
