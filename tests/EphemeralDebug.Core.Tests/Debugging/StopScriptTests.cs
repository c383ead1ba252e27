using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>
/// The choice that the script makes, in a made-up <c>/proc</c>, with <c>kill</c> replaced by a function. That it
/// works on real processes is shown by <see cref="StopScriptProcessTests"/>.
/// </summary>
public sealed class StopScriptTests : IDisposable
{
    private const string Own = "0123456789abcdef0123456789abcdef";

    private const string Other = "fedcba9876543210fedcba9876543210";

    private const string Ends = "kill() { echo \"$*\"; rm -r \"$proc/$2\"; }";

    private readonly string proc = Directory.CreateTempSubdirectory("proc-").FullName;

    public static TheoryData<string> Shells => Shell.Names;

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task The_oldest_process_is_ended_whatever_the_order_of_the_ids(string shell)
    {
        AddProcess(9, parent: 0, start: 500);
        AddProcess(10, parent: 0, start: 300);
        AddProcess(100, parent: 0, start: 400);

        await AssertRunAsync(shell, Ends, "10\n-TERM 10\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Of_equally_old_processes_the_one_with_the_lowest_id_is_ended(string shell)
    {
        AddProcess(8, parent: 0, start: 300);
        AddProcess(9, parent: 0, start: 300);
        AddProcess(10, parent: 0, start: 300);

        await AssertRunAsync(shell, Ends, "8\n-TERM 8\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Start_times_are_compared_beyond_32_bits(string shell)
    {
        AddProcess(20, parent: 0, start: 4_294_967_299);
        AddProcess(30, parent: 0, start: 4_294_967_290);

        await AssertRunAsync(shell, Ends, "30\n-TERM 30\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_child_is_not_taken_for_its_parent(string shell)
    {
        AddProcess(7, parent: 50, start: 300);
        AddProcess(50, parent: 0, start: 300);

        await AssertRunAsync(shell, Ends, "50\n-TERM 50\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task In_the_namespace_of_the_host_the_parent_is_the_container_runtime(string shell)
    {
        AddProcess(1, parent: 0, start: 0, environment: []);
        AddProcess(40, parent: 1, start: 200, environment: []);
        AddProcess(50, parent: 40, start: 300);
        AddProcess(51, parent: 50, start: 301);

        await AssertRunAsync(shell, Ends, "50\n-TERM 50\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Processes_of_the_target_and_of_other_debug_containers_are_left_alone(string shell)
    {
        AddProcess(1, parent: 0, start: 100, environment: [Marker(Other)]);
        AddProcess(2, parent: 0, start: 100, environment: ["PATH=/bin"]);
        AddProcess(3, parent: 0, start: 100, environment: []);
        AddProcess(60, parent: 0, start: 300);

        await AssertRunAsync(shell, Ends, "60\n-TERM 60\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_process_may_have_any_name_and_any_environment(string shell)
    {
        AddProcess(60, parent: 0, start: 300, name: "a) R 0 (b\n) S 5", environment: ["A=x\ny\\", "B=", Marker(Own), "Z=*"]);
        AddProcess(70, parent: 0, start: 301);

        await AssertRunAsync(shell, Ends, "60\n-TERM 60\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Nothing_is_signalled_when_no_process_has_the_marker(string shell)
    {
        AddProcess(1, parent: 0, start: 100, environment: [Marker(Other)]);

        await AssertRunAsync(shell, Ends, "", StopResult.NotFound);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Nothing_is_found_where_there_is_no_proc(string shell)
    {
        Directory.Delete(proc);

        await AssertRunAsync(shell, Ends, "", StopResult.NotFound);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_signal_that_is_not_permitted_is_reported(string shell)
    {
        AddProcess(60, parent: 0, start: 300);

        await AssertRunAsync(shell, "kill() { return 1; }", "60\n", StopResult.NotPermitted);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_process_that_outlives_both_signals_is_reported(string shell)
    {
        AddProcess(60, parent: 0, start: 300);

        await AssertRunAsync(shell, "kill() { echo \"$*\"; }", "60\n-TERM 60\n-KILL 60\n", StopResult.StillRunning);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_process_that_only_waits_to_be_reaped_has_ended(string shell)
    {
        AddProcess(60, parent: 0, start: 300);
        await File.WriteAllTextAsync(Path.Combine(proc, "zombie"), Stat(60, 0, 300, "sh", state: 'Z'));

        await AssertRunAsync(shell, "kill() { echo \"$*\"; cp \"$proc/zombie\" \"$proc/60/stat\"; }", "60\n-TERM 60\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Another_process_that_got_the_same_id_is_not_killed(string shell)
    {
        AddProcess(60, parent: 0, start: 300);
        await File.WriteAllTextAsync(Path.Combine(proc, "next"), Stat(60, 0, 999, "sh"));

        await AssertRunAsync(shell, "kill() { echo \"$*\"; cp \"$proc/next\" \"$proc/60/stat\"; }", "60\n-TERM 60\n", StopResult.Ended);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Arguments_that_are_no_id_and_no_number_of_seconds_are_refused(string shell)
    {
        AddProcess(60, parent: 0, start: 300);
        foreach ((string id, string limit) in new[] { ("", "0"), ("*", "0"), (Own[1..], "0"), (Own[1..] + "*", "0"), (Own, "-1"), (Own, "x") })
        {
            await AssertRunAsync(shell, Ends, "", StopResult.BadArguments, id, limit);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(proc))
        {
            Directory.Delete(proc, recursive: true);
        }
    }

    private static string Marker(string id) => $"{WaitingCommand.MarkerVariable}={id}";

    /// <summary>The fields of proc(5): the start time is the 22nd.</summary>
    private static string Stat(int id, int parent, long start, string name, char state = 'S') =>
        $"{id} ({name}) {state} {parent} {string.Join(' ', Enumerable.Range(5, 17))} {start} {string.Join(' ', Enumerable.Range(23, 30))}\n";

    private void AddProcess(int id, int parent, long start, string name = "sh", string[]? environment = null)
    {
        string folder = Directory.CreateDirectory(Path.Combine(proc, $"{id}")).FullName;
        File.WriteAllText(Path.Combine(folder, "stat"), Stat(id, parent, start, name));
        File.WriteAllText(
            Path.Combine(folder, "environ"),
            string.Concat((environment ?? ["PATH=/bin", Marker(Own), "HOME=/"]).Select(static variable => variable + '\0')));
    }

    private async Task AssertRunAsync(string shell, string kill, string output, StopResult result, string id = Own, string limit = "0")
    {
        string script = $"proc={proc}\n{kill}\n{StopScript.Text.Replace("/proc", proc, StringComparison.Ordinal)}";
        using Child child = new([.. Shell.Require(shell), "-c", script, "stop", id, limit]);

        Assert.Equal((output, "", (int)result), await child.FinishAsync());
    }
}
