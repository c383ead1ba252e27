using EphemeralDebug.Benchmarks;
using EphemeralDebug.Benchmarks.Lists;

if (args is [ListBenchmarks.ClientArgument, string who, string address, string certificate])
{
    await ListClient.RunAsync(isOwn: who == "own", new Uri(address), certificate);
    return;
}

// Ratios against peers on the same work, in one run on one machine. Each pair of runs follows the other at once, so that
// a machine whose speed drifts slows both. Arguments: how many pairs, and start or list for these benchmarks alone.
int runs = args is [string count, ..] && int.TryParse(count, out int parsed) && parsed > 0 ? parsed : 15;
string? only = args is [_, string part] ? part : null;
var report = new Report(Console.Out, runs);
if (only is null or "start")
{
    await StartBenchmarks.ReportAsync(report, runs);
}

if (only is null or "list")
{
    await ListBenchmarks.ReportAsync(report, runs);
}
