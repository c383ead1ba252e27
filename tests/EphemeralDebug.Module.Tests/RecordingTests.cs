using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Terminal;
using EphemeralDebug.Terminal.Tests.Harness;

namespace EphemeralDebug.Module.Tests;

/// <summary>Shells that are recorded, in PowerShell in a real pseudo-terminal.</summary>
public sealed class RecordingTests : IAsyncLifetime
{
    private const string Connect = "$ErrorActionPreference = 'Stop'; Import-Module \"$env:REPOSITORY/output/EphemeralDebug\"; $null = Connect-EphemeralCluster $env:EPHEMERALDEBUG_SANDBOX_KUBECONFIG; Set-Location -LiteralPath $env:FOLDER; ";
    private const string Add = "$null = New-EphemeralContainer web busybox -Name shell -Wait; ";

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
    public async Task A_recording_has_the_screen_and_its_sizes_and_no_input()
    {
        using TerminalProgram program = Start(Add + "Enter-EphemeralContainer web shell -Record 'a [1].cast'; 'back'");
        await program.WaitAsync("# ");
        program.Terminal.Resize(new TerminalSize(120, 40));
        await program.TypeAsync("while [ \"$(stty size)\" != '40 120' ]; do sleep 0.1; done; echo resi\"\"zed\r", "resized");
        await program.WaitAsync("# ");
        await program.TypeAsync("exit\r", "back");
        Assert.Equal(0, await program.ExitCodeAsync());
        string path = Path.Combine(_folder, "a [1].cast");
        (JsonNode header, JsonArray[] events) = Read(path);
        Assert.Equal("[2,100,30,\"default/web/shell\",\"xterm\"]", new JsonArray(
            (int)header["version"]!, (int)header["width"]!, (int)header["height"]!, (string)header["title"]!, (string)header["env"]!["TERM"]!).ToJsonString());
        Assert.Equal(["TERM"], header["env"]!.AsObject().Select(static variable => variable.Key));
        Assert.Equal("120x40", (string?)Assert.Single(events, static e => (string?)e[1] == "r")[2]);
        Assert.Contains("resized", Text(events, "o"), StringComparison.Ordinal);
        Assert.DoesNotContain(events, static e => (string?)e[1] == "i");
        double[] times = [.. events.Select(static e => (double)e[0]!)];
        Assert.Equal(times.Order(), times);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [SkippableFact]
    public async Task What_is_typed_is_recorded_where_it_is_asked_for()
    {
        using TerminalProgram program = Start(Add + "Enter-EphemeralContainer web shell -Record x.cast -RecordInput; 'back'");
        await program.WaitAsync("# ");
        await program.TypeAsync("echo o\"\"ne\r", "one");
        await program.TypeAsync("\u0010\u0011", "back");
        Assert.Equal(0, await program.ExitCodeAsync());
        (_, JsonArray[] events) = Read(Path.Combine(_folder, "x.cast"));
        Assert.Contains("echo o\"\"ne\r", Text(events, "i"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_that_exists_is_left_alone_without_Force_and_replaced_with_it()
    {
        string path = Path.Combine(_folder, "old.cast");
        await File.WriteAllTextAsync(path, "precious");
        using TerminalProgram program = Start(
            Add + "try { Enter-EphemeralContainer web shell -Record old.cast } catch { \"id $($_.FullyQualifiedErrorId) '$(Get-Content old.cast)'\" }; Enter-EphemeralContainer web shell -Record old.cast -Force; 'back'");
        await program.WaitAsync("id RecordingExists,");
        await program.WaitAsync("'precious'");
        await program.WaitAsync("# ");
        await program.TypeAsync("exit\r", "back");
        Assert.Equal(0, await program.ExitCodeAsync());
        Read(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [SkippableFact]
    public async Task A_shell_that_could_not_be_entered_leaves_no_recording_and_harms_none()
    {
        string path = Path.Combine(_folder, "old.cast");
        await File.WriteAllTextAsync(path, "precious");
        using TerminalProgram program = Start(
            "foreach ($file in 'new.cast', 'old.cast') { try { Enter-EphemeralContainer web none -Record $file -Force } catch { \"id $($_.FullyQualifiedErrorId)\" } }; 'end'");
        await program.WaitAsync("end");
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        Assert.False(File.Exists(Path.Combine(_folder, "new.cast")));
    }

    [SkippableFact]
    public async Task A_path_outside_the_file_system_is_refused()
    {
        using TerminalProgram program = Start(Add + "try { Enter-EphemeralContainer web shell -Record env:x } catch { \"id $($_.FullyQualifiedErrorId)\" }; 'end'");
        await program.WaitAsync("id InvalidPath,");
        Assert.Equal(0, await program.ExitCodeAsync());
    }

    [SkippableFact]
    public async Task A_recording_is_whole_up_to_the_loss_of_the_connection()
    {
        using TerminalProgram program = Start(
            Add + "try { Enter-EphemeralContainer web shell -Record lost.cast } catch { \"id $($_.FullyQualifiedErrorId)\" }");
        await program.WaitAsync("# ");
        await program.TypeAsync("echo be\"\"fore\r", "before");
        await _sandbox!.DisposeAsync();
        await program.WaitAsync("id ConnectionLost,");
        Assert.Equal(0, await program.ExitCodeAsync());
        (_, JsonArray[] events) = Read(Path.Combine(_folder, "lost.cast"));
        Assert.Contains("before", Text(events, "o"), StringComparison.Ordinal);
    }

    private static (JsonNode Header, JsonArray[] Events) Read(string path)
    {
        JsonNode[] lines = [.. File.ReadAllLines(path).Select(static line => JsonNode.Parse(line)!)];
        return (lines[0], [.. lines.Skip(1).Select(static line => line.AsArray())]);
    }

    private static string Text(JsonArray[] events, string code) =>
        string.Concat(events.Where(e => (string?)e[1] == code).Select(static e => (string?)e[2]));

    private TerminalProgram Start(string script)
    {
        Skip.If(OperatingSystem.IsWindows(), "Pseudo-terminals are made by the tests on Unix only.");
        Skip.If(PowerShell.Missing is not null, $"PowerShell did not run in a terminal: {PowerShell.Missing}.");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NO_COLOR"] = "1",
            ["REPOSITORY"] = PowerShell.Repository,
            ["FOLDER"] = _folder,
            ["EPHEMERALDEBUG_SANDBOX_KUBECONFIG"] = KubeConfig,
        };
        return new TerminalProgram("pwsh", ["-NoProfile", "-Command", Connect + script], environment);
    }
}
