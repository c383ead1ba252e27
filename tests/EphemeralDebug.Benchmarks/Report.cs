using System.Globalization;

namespace EphemeralDebug.Benchmarks;

/// <summary>A table of medians, ratios and their spread.</summary>
internal sealed class Report
{
    private readonly TextWriter _output;

    public Report(TextWriter output, int runs)
    {
        _output = output;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {runs} pairs each; ratio: median (quartiles) of the pairs"));
        output.WriteLine();
        output.WriteLine("| what | own ms | peer ms | ratio | at most |");
        output.WriteLine("|---|---|---|---|---|");
    }

    /// <summary>Writes the row of one benchmark.</summary>
    public void Write(string what, double limit, Pair[] pairs)
    {
        double[] ratios = [.. pairs.Select(pair => pair.Own / pair.Peer)];
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {Quantile(pairs.Select(p => p.Own), 0.5):0.0} | {Quantile(pairs.Select(p => p.Peer), 0.5):0.0} | {Quantile(ratios, 0.5):0.00} ({Quantile(ratios, 0.25):0.00}–{Quantile(ratios, 0.75):0.00}) | {limit:0.0#} |"));
    }

    private static double Quantile(IEnumerable<double> values, double quantile)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Round((sorted.Length - 1) * quantile)];
    }
}
