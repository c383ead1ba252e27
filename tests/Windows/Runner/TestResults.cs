using Xunit.Abstractions;

namespace EphemeralDebug.Windows.Runner;

/// <summary>
/// The results, a line each in a file: <c>passed</c>, <c>failed</c> or <c>skipped</c>, a tab and the test's name. Each is
/// on disk before the next test of its collection starts, so that nothing is lost when the process ends early.
/// </summary>
internal sealed class TestResults : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _earlier;
    private readonly StreamWriter _file;

    public TestResults(string path)
    {
        _earlier = File.Exists(path)
            ? File.ReadLines(path).Select(line => line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]).ToHashSet(StringComparer.Ordinal)
            : [];
        _file = new StreamWriter(path, append: true) { AutoFlush = true };
    }

    /// <summary>The test ended in an earlier run that the same file was written by.</summary>
    public bool Has(string test) => _earlier.Contains(Line(test));

    public void Pass(string test) => Write("passed", test);

    public void Skip(string test, string reason) => Write("skipped", test, reason);

    public void Fail(string test, IFailureInformation failure) => Write("failed", test, string.Join(
        Environment.NewLine,
        failure.Messages.Select((message, i) => $"{failure.ExceptionTypes[i]}: {message}{Environment.NewLine}{failure.StackTraces[i]}")));

    public void Dispose() => _file.Dispose();

    private static string Line(string test) => test.Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ');

    private void Write(string outcome, string test, string? detail = null)
    {
        lock (_lock)
        {
            _file.WriteLine($"{outcome}\t{Line(test)}");
            if (detail is not null)
            {
                Console.WriteLine($"{outcome}: {Line(test)}: {detail}");
            }
        }
    }
}
