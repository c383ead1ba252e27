using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace EphemeralDebug.Windows.Runner;

/// <summary>Finds and runs the tests of one assembly with xUnit's own framework.</summary>
internal static class TestAssembly
{
    public static void Run(Assembly assembly, string only, TestResults results)
    {
        using var framework = new XunitTestFramework(new NullMessageSink());
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        using var found = new DiscoverySink();
        discoverer.Find(includeSourceInformation: false, found, Defaults.Instance);
        found.Finished.WaitOne();

        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        using var execution = new ExecutionSink(results);
        executor.RunTests(
            found.TestCases.Where(test =>
                test.DisplayName.Contains(only, StringComparison.OrdinalIgnoreCase) && !results.Has(test.DisplayName)),
            execution,
            Defaults.Instance);
        execution.Finished.WaitOne();
    }

    private sealed class DiscoverySink : IMessageSink, IDisposable
    {
        public ManualResetEvent Finished { get; } = new(initialState: false);

        public List<ITestCase> TestCases { get; } = [];

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage discovered:
                    TestCases.Add(discovered.TestCase);
                    break;
                case IDiscoveryCompleteMessage:
                    Finished.Set();
                    break;
            }

            return true;
        }

        public void Dispose() => Finished.Dispose();
    }

    private sealed class ExecutionSink(TestResults results) : IMessageSink, IDisposable
    {
        public ManualResetEvent Finished { get; } = new(initialState: false);

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestPassed passed:
                    results.Pass(passed.Test.DisplayName);
                    break;
                case ITestSkipped skipped:
                    results.Skip(skipped.Test.DisplayName, skipped.Reason);
                    break;
                case ITestFailed failed:
                    results.Fail(failed.Test.DisplayName, failed);
                    break;
                case IFailureInformation failure:
                    results.Fail($"outside of a test ({message.GetType().Name})", failure);
                    break;
                case ITestAssemblyFinished:
                    Finished.Set();
                    break;
            }

            return true;
        }

        public void Dispose() => Finished.Dispose();
    }

    /// <summary>No option is set, so that each has xUnit's default.</summary>
    private sealed class Defaults : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public static Defaults Instance { get; } = new();

        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value) => throw new NotSupportedException();
    }
}
