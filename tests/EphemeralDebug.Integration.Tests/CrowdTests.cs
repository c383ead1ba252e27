using System.Collections.Concurrent;
using System.Globalization;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Integration.Tests;

/// <summary>Many pods at once, in a namespace of their own so that they go with it.</summary>
public sealed class CrowdTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    /// <summary>How many pods, where the rule below is not wanted.</summary>
    private const string SizeVariable = "EPHEMERALDEBUG_TEST_PODS";

    private const int Wanted = 500;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    /// <summary>So many are asked for at a time; all of them are waited for at once.</summary>
    private static readonly ParallelOptions s_crowd = new() { MaxDegreeOfParallelism = 100 };

    [Fact]
    public async Task Hundreds_of_pods_are_created_given_containers_watched_and_listed_at_once()
    {
        var containers = new ConcurrentBag<EphemeralContainer>();
        int size = Size();
        await Parallel.ForEachAsync(Enumerable.Range(0, size), s_crowd, async (_, _) =>
        {
            string pod = await cluster.CreatePodAsync(limit: s_limit);
            var options = new ContainerOptions { Image = TestCluster.Image };
            containers.Add(await cluster.AddAsync(
                pod, WaitingCommand.Apply(options, WaitingCommand.NewId()), new WaitOptions { Timeout = s_limit }));
        });
        Assert.All(containers, container => Assert.Equal(ContainerState.Running, container.State));

        string[][] lists = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ListAsync()));
        string[] expected = [.. containers.Select(container => container.ToString()).Order(StringComparer.Ordinal)];
        Assert.Equal(size, expected.Length);
        Assert.All(lists, list => Assert.Equal(expected, list));
    }

    /// <summary>500 on the tests' own cluster; a third of what its nodes take on another, which has other work to do.</summary>
    private int Size()
    {
        if (Environment.GetEnvironmentVariable(SizeVariable) is { Length: > 0 } given)
        {
            return int.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return TestCluster.IsForeign ? Math.Min(Wanted, cluster.Nodes.Sum(node => node.Pods) / 3) : Wanted;
    }

    private async Task<string[]> ListAsync()
    {
        var found = new List<string>();
        await foreach (PodResource pod in cluster.Session.Pods.ListAsync(cluster.Namespace, labelSelector: null, CancellationToken.None))
        {
            found.AddRange(ContainerReader.Read(pod, cluster.Session).Select(container => container.ToString()));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}
