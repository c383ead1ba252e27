using System.Text;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Terminal;
using EphemeralDebug.Terminal.Tests.Harness;
using EphemeralDebug.Tests.Shared;

namespace EphemeralDebug.Module.Tests;

/// <summary>PowerShell in a real pseudo-terminal, with a shell in a container: what a person sees and types.</summary>
public sealed class TerminalSessionTests : IAsyncLifetime
{
    private const string Connect = "$ErrorActionPreference = 'Stop'; Import-Module \"$env:REPOSITORY/output/EphemeralDebug\"; $null = Connect-EphemeralCluster $env:EPHEMERALDEBUG_SANDBOX_KUBECONFIG; ";

    private readonly string _folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
    private readonly List<TerminalProgram> _programs = [];
    private SandboxServer? _sandbox;
    private string _kubeConfigJson = "";

    private string KubeConfig => Path.Combine(_folder, "kubeconfig");

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Pods = DemoPod.Demonstration });
        _sandbox.WriteKubeConfig(KubeConfig);
        _kubeConfigJson = _sandbox.KubeConfigJson;
    }

    public async Task DisposeAsync()
    {
        foreach (TerminalProgram program in _programs)
        {
            SandboxSecrets.AssertNotIn(Encoding.UTF8.GetString(program.Terminal.Output), _kubeConfigJson);
        }

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
        await session.TypeAsync("while [ \"$(stty size)\" != '40 120' ]; do sleep 0.1; done; stty size\r", "40 120\r\n");
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

    [SkippableFact]
    public async Task A_lost_shell_is_told_of_when_its_container_is_entered_again_and_can_be_ended()
    {
        await using CuttingProxy network = CutNetwork();
        using var session = Start(
            """
            $ErrorActionPreference = 'Continue'
            New-EphemeralContainer web busybox -Name again -Enter
            $advice = $Error[0].ErrorDetails.RecommendedAction -replace '.*: '
            "advice <$advice>"
            $null = Read-Host 'mended'
            Invoke-Expression $advice
            Invoke-Expression "$advice -EndLost"
            "count $(@(Get-EphemeralContainer web).Count)"
            """,
            ThroughNetwork(network));
        await session.WaitAsync("# ");
        network.Cut();
        await session.WaitAsync("advice <Enter-EphemeralContainer default/web again>");
        network.Mend();
        await session.TypeAsync("\r", "to which the connection was lost goes on in default/web/again as process");
        await session.WaitAsync("# ");
        await session.TypeAsync("exit\r", "Entering default/web/again");
        await session.WaitAsync("# ");
        await session.TypeAsync("for p in /proc/[0-9]*; do tr '\\0' '\\n' <$p/environ; done | grep ^EPHEMERALDEBUG_SHELL= | sort -u | wc -l\r", "\n1\r\n");
        await session.TypeAsync("exit\r", "count 1");
        Assert.Equal(0, await session.ExitCodeAsync());
        Assert.Equal(session.Before, session.Terminal.Modes);
    }

    [SkippableFact]
    public async Task A_lost_attachment_comes_back_to_the_same_shell_by_itself()
    {
        await using CuttingProxy network = CutNetwork();
        using var session = Start(
            "New-EphemeralContainer web busybox -Enter -Attach -PassThru | ForEach-Object { \"ended with $($_.ExitCode)\" }",
            ThroughNetwork(network));
        await session.TypeAsync("\r", "# ");
        await session.TypeAsync("kept=before; echo re\"\"ady\r", "ready");
        network.Cut();
        await session.WaitAsync("Trying to get back");
        network.Mend();
        await session.WaitAsync("Back in default/web/");
        await session.TypeAsync("echo $kept-and-after\r", "before-and-after");
        await session.TypeAsync("exit 4\r", "ended with 4");
        Assert.Equal(0, await session.ExitCodeAsync());
        Assert.Equal(session.Before, session.Terminal.Modes);
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
    public async Task A_container_that_was_there_before_goes_on_when_the_shell_in_it_ends()
    {
        using var session = Start(
            "$null = New-EphemeralContainer web busybox -Name before -Wait; New-EphemeralContainer web busybox -Reuse -Enter; \"left with $LASTEXITCODE\"; (Get-EphemeralContainer web before).State");
        await session.WaitAsync("default/web/before");
        await session.WaitAsync("# ");
        await session.TypeAsync("exit 6\r", "left with 6");
        await session.WaitAsync("Running");
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

    [SkippableTheory]
    [InlineData("Invoke-EphemeralCommand $pods -Command sleep, 1000 -Keep -ThrottleLimit 5", "35 waiting, 5 running, 0 done, 0 failed")]
    [InlineData("New-EphemeralContainer pod-7 no/such:image -Wait -StartGraceSec 1000", "Starting default/pod-7/")]
    public async Task Ctrl_C_ends_the_work_and_tells_which_containers_are_left(string command, string progress)
    {
        DemoPod[] pods = [.. Enumerable.Range(0, 40).Select(i => new DemoPod($"pod-{i}", DemoPod.Demonstration[1].Containers))];
        await using SandboxServer crowd = await SandboxServer.StartAsync(new SandboxOptions { Pods = pods });
        string path = Path.Combine(_folder, "crowd.kubeconfig");
        crowd.WriteKubeConfig(path);
        using var session = Start($"$pods = 0..39 | ForEach-Object {{ \"pod-$_\" }}; try {{ {command} }} finally {{ [Console]::Out.WriteLine('stopped') }}", path);
        await session.WaitAsync(progress);
        await session.TypeAsync("\u0003", "added and may");
        await session.ExitCodeAsync();
    }

    private CuttingProxy CutNetwork() => new(_sandbox!.Port);

    /// <summary>A kubeconfig by which the sandbox is reached through a network that can be cut.</summary>
    private string ThroughNetwork(CuttingProxy network)
    {
        string path = Path.Combine(_folder, "network.kubeconfig");
        File.WriteAllText(path, _sandbox!.KubeConfigJson.Replace($":{_sandbox.Port}", $":{network.Port}", StringComparison.Ordinal));
        return path;
    }

    private TerminalProgram Start(string script, string? kubeConfig = null)
    {
        Skip.If(OperatingSystem.IsWindows(), "Pseudo-terminals are made by the tests on Unix only.");
        Skip.If(PowerShell.Missing is not null, $"PowerShell did not run in a terminal: {PowerShell.Missing}.");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NO_COLOR"] = "1",
            ["REPOSITORY"] = PowerShell.Repository,
            ["EPHEMERALDEBUG_SANDBOX_KUBECONFIG"] = kubeConfig ?? KubeConfig,
        };
        var program = new TerminalProgram("pwsh", ["-NoProfile", "-Command", Connect + script], environment);
        _programs.Add(program);
        return program;
    }
}
