using System.Diagnostics;
using System.Globalization;
using System.Text;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Processes;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class ProcessListTests
{
    private const string Word = "0123456789abcdef0123456789abcdef";

    private static readonly EphemeralContainer s_container = new("default", "web", "debug") { Target = "app" };

    [Fact]
    public void A_process_is_told_with_all_that_is_known_of_it()
    {
        EphemeralProcess process = Assert.Single(Read(
            Part("clock", "uptime 1000.50\nbtime 1700000000"),
            Part("status 7", "Name:\tnginx\nState:\tS (sleeping)\nPPid:\t1\nUid:\t0\t101\t0\t0\nVmRSS:\t    2048 kB\n" + Stat(7, "nginx", "S", parent: 1, user: 150, system: 50, start: 80050)),
            Part("command 7", "nginx: worker process\0-g\0daemon off;\0"),
            Part("users", "root:x:0:0::/:/bin/sh\nnginx:x:101:101::/:/bin/false\nbroken"),
            Part("end", ""))!);
        Assert.Equal(("default", "web", "app"), (process.Namespace, process.Pod, process.Target));
        Assert.Equal((7, 1, "nginx", 'S'), (process.Id, process.ParentId, process.Name, process.State));
        Assert.Equal(["nginx: worker process", "-g", "daemon off;"], process.CommandLine);
        Assert.Equal((101, "nginx"), (process.UserId, process.UserName));
        Assert.Equal(TimeSpan.FromSeconds(2), process.CpuTime);
        Assert.Equal(1.0, process.CpuPercent);
        Assert.Equal(2048 * 1024, process.Memory);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000800).AddSeconds(0.5), process.StartedAt);
        Assert.False(process.IsHelper);
    }

    [Theory]
    [InlineData("a) R 1 (b")]
    [InlineData("a\nUid:\t9\t9\t9\t9\nb")]
    [InlineData(") S 0 ")]
    [InlineData("((((")]
    [InlineData(" ")]
    public void A_name_may_look_like_anything(string name)
    {
        EphemeralProcess process = Assert.Single(Read(
            Part("status 7", "Name:\tx\\ny\nUid:\t5\t5\t5\t5\n" + Stat(7, name, "Z", parent: 3)), Part("command 7", ""), Part("end", ""))!);
        Assert.Equal((name, 'Z', 3, 5), (process.Name, process.State, process.ParentId, process.UserId));
        Assert.Empty(process.CommandLine);
        Assert.Null(process.Memory);
        Assert.Null(process.UserName);
        Assert.Null(process.StartedAt);
        Assert.Null(process.CpuPercent);
    }

    [Theory]
    [InlineData("a\0\0b\0", new[] { "a", "", "b" })]
    [InlineData("no end", new[] { "no end" })]
    [InlineData("line\nend\0", new[] { "line\nend" })]
    [InlineData("\0", new[] { "" })]
    public void Arguments_are_kept_apart(string file, string[] expected) => Assert.Equal(
        expected, Assert.Single(Read(Part("status 7", Stat(7, "x", "S")), Part("command 7", file), Part("end", ""))!).CommandLine);

    [Fact]
    public void A_process_that_has_gone_meanwhile_is_left_out() => Assert.Equal(
        [8],
        Read(Part("status 7", "Name:\tx\n"), Part("command 7", ""), Part("status 8", Stat(8, "y", "S")), Part("status 9", "9 (z"), Part("end", ""))!.Select(p => p.Id));

    [Fact]
    public void Output_that_is_not_whole_is_no_list() => Assert.Null(Read(Part("status 7", Stat(7, "x", "S"))));

    [SkippableFact]
    public void The_script_tells_of_real_processes()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "There is no /proc here.");
        using Process helper = Start("sleep", ["100"], start => start.Environment[WaitingCommand.MarkerVariable] = Word);
        using Process other = Start("sleep", ["101"], _ => { });
        try
        {
            IReadOnlyList<string> command = ProcessScript.Command(Word);
            using Process shell = Start(command[0], [.. command.Skip(1)], start => start.RedirectStandardOutput = true);
            using var output = new MemoryStream();
            shell.StandardOutput.BaseStream.CopyTo(output);
            IReadOnlyList<EphemeralProcess> processes = ProcessList.Read(s_container, output.ToArray(), Word)!;
            Assert.True(processes.Single(p => p.Id == helper.Id).IsHelper);
            EphemeralProcess found = processes.Single(p => p.Id == other.Id);
            Assert.Equal((false, "sleep", Environment.ProcessId), (found.IsHelper, found.Name, found.ParentId));
            Assert.Equal(["sleep", "101"], found.CommandLine);
            Assert.Equal(Environment.UserName, found.UserName);
            Assert.InRange(found.StartedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(1));
            Assert.True(found.Memory > 0);
        }
        finally
        {
            helper.Kill();
            other.Kill();
        }
    }

    private static Process Start(string program, string[] arguments, Action<ProcessStartInfo> configure)
    {
        var start = new ProcessStartInfo(program, arguments);
        configure(start);
        return Process.Start(start)!;
    }

    private static IReadOnlyList<EphemeralProcess>? Read(params string[] parts) =>
        ProcessList.Read(s_container, Encoding.UTF8.GetBytes(string.Concat(parts)), Word);

    private static string Part(string heading, string content) => $"\n{Word} {heading}\n{content}";

    private static string Stat(int id, string name, string state, int parent = 0, long user = 0, long system = 0, long start = 0) => string.Create(
        CultureInfo.InvariantCulture, $"{id} ({name}) {state} {parent} 1 1 0 -1 0 0 0 0 0 {user} {system} 0 0 20 0 1 0 {start} 0 0\n");
}
