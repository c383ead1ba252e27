using System.Globalization;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Sandbox.Demo;

/// <summary>
/// Does the main job on a cluster with the library that the cmdlets are made of, says each step and what came back,
/// and checks it. The cluster has a pod <c>web</c> with a container <c>app</c>.
/// </summary>
internal sealed class DemoPlay(string kubeConfigPath, TextWriter output)
{
    private const string Pod = "web";
    private const string Image = "busybox";

    private static readonly WaitOptions s_wait = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Plays all steps; false when one of them did not do what it should.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using ClusterSession session = await ConnectAsync(cancellationToken);
            await ListAsync(session, expected: 0, cancellationToken);
            EphemeralContainer container = await AddAsync(session, cancellationToken);
            await ListAsync(session, expected: 1, cancellationToken);
            await PlanOnlyAsync(session, cancellationToken);
            await EnterAsync(session, container, cancellationToken);
            await StopAsync(session, container, cancellationToken);
            await FailAsync(session, cancellationToken);
            Say("Every step did what it should.");
            return true;
        }
        catch (DemoFailedException exception)
        {
            Say($"FAILED: {exception.Message}");
        }
        catch (EphemeralDebugException exception)
        {
            Say($"FAILED ({exception.ErrorId}): {exception.Message}");
        }

        return false;
    }

    private async Task<ClusterSession> ConnectAsync(CancellationToken cancellationToken)
    {
        Step($"Connect-EphemeralCluster -KubeConfig {kubeConfigPath}");
        var session = new ClusterSession(
            new KubeConfigLoader().Load(new ConfigurationRequest { KubeConfigPath = kubeConfigPath }), TimeProvider.System);
        await session.ReadServerVersionAsync(cancellationToken);
        Say($"{session.Context}  {session.Server}  {session.ServerVersion}");
        Check(session.ServerVersion is { Length: > 0 }, "the server told no version");
        return session;
    }

    private async Task ListAsync(ClusterSession session, int expected, CancellationToken cancellationToken)
    {
        Step($"Get-EphemeralContainer -Pod {Pod}");
        PodResource pod = await session.Pods.GetAsync(session.Namespace, Pod, cancellationToken);
        EphemeralContainer[] containers = [.. ContainerReader.Read(pod, session)];
        foreach (EphemeralContainer container in containers)
        {
            Say($"{container.Pod}  {container.Name}  {container.State}  {container.Image}  {container.Target}");
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"{containers.Length} ephemeral container(s)"));
        Check(containers.Length == expected, $"{expected} were expected");
    }

    private async Task<EphemeralContainer> AddAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        Step($"New-EphemeralContainer -Pod {Pod} -Image {Image} -Target app -Wait");
        var creator = new ContainerCreator(session);
        ContainerOptions options = WaitingCommand.Apply(
            new ContainerOptions { Image = Image, Target = "app" }, WaitingCommand.NewId());
        PodResource pod = await creator.ApplyAsync(
            await creator.PlanAsync(session.Namespace, Pod, options, cancellationToken), cancellationToken);
        string name = pod.Spec!.EphemeralContainers![0].Name!;
        EphemeralContainer container = await new ContainerWaiter(session, TimeProvider.System).WaitAsync(
            pod, name, s_wait, new StateLines(output), cancellationToken);
        Say($"{container.Pod}  {container.Name}  {container.State}  {container.Image}  {container.Target}");
        Check(container.State is ContainerState.Running, "it should run");
        return container;
    }

    private async Task PlanOnlyAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        Step($"New-EphemeralContainer -Pod {Pod} -Image {Image} -WhatIf");
        ContainerPlan plan = await new ContainerCreator(session).PlanAsync(
            session.Namespace, Pod, new ContainerOptions { Image = Image }, cancellationToken);
        Say(plan.ToStrategicMergePatch().ToJsonString());
        await ListAsync(session, expected: 1, cancellationToken);
    }

    private async Task EnterAsync(ClusterSession session, EphemeralContainer container, CancellationToken cancellationToken)
    {
        Step($"Enter-EphemeralContainer {Pod} {container.Name}");
        await using RemoteShell shell = await RemoteShell.OpenAsync(session, container, new ShellOptions(), cancellationToken);
        var typist = new DemoTypist(shell.Stream, output);
        await shell.Stream.ResizeAsync(80, 24, cancellationToken);
        await typist.TypeAsync("", "# ", cancellationToken);
        await typist.TypeAsync("echo hello from $((40 + 2))\r", "hello from 42", cancellationToken);
        await typist.TypeAsync("stty size\r", "24 80", cancellationToken);
        await shell.Stream.ResizeAsync(132, 43, cancellationToken);
        await typist.TypeAsync("stty size\r", "43 132", cancellationToken);
        await typist.TypeAsync("echo re\"\"ady; cat\r", "ready\r\n", cancellationToken);
        await typist.TypeAsync("this is for cat\r", "this is for cat\r\nthis is for cat", cancellationToken);
        await typist.TypeAsync("\u0003", "^C", cancellationToken);
        await typist.TypeAsync("echo interrupted by Ctrl+$(echo C)\r", "by Ctrl+C", cancellationToken);
        await typist.TypeAsync("exit 3\r", expected: null, cancellationToken);
        long? exitCode = await shell.ReadExitCodeAsync(cancellationToken);
        Say(string.Create(CultureInfo.InvariantCulture, $"The shell ended with exit code {exitCode}."));
        Check(exitCode == 3, "3 was expected");
    }

    private async Task StopAsync(ClusterSession session, EphemeralContainer container, CancellationToken cancellationToken)
    {
        Step($"end container {container.Name} by its own process, and no other");
        EphemeralContainer ended = await new ContainerStopper(session).StopAsync(container, cancellationToken);
        Say($"{ended.Pod}  {ended.Name}  {ended.State}  {ended.Reason}");
        Check(ended.State is ContainerState.Terminated, "it should have ended");
        PodResource pod = await session.Pods.GetAsync(session.Namespace, Pod, cancellationToken);
        Check(
            pod.Status?.ContainerStatuses?.Find(c => c.Name is "app")?.State?.Running is not null,
            "the target should still run");
    }

    private async Task FailAsync(ClusterSession session, CancellationToken cancellationToken)
    {
        Step($"New-EphemeralContainer -Pod {Pod} -Image no/such:image -Wait -StartGraceSec 1");
        var creator = new ContainerCreator(session);
        var options = new ContainerOptions { Image = "no/such:image" };
        ContainerPlan plan = await creator.PlanAsync(session.Namespace, Pod, options, cancellationToken);
        PodResource pod = await creator.ApplyAsync(plan, cancellationToken);
        try
        {
            await new ContainerWaiter(session, TimeProvider.System).WaitAsync(
                pod, plan.Name, s_wait with { StartGrace = TimeSpan.FromSeconds(1) }, new StateLines(output), cancellationToken);
            throw new DemoFailedException("the wait should have ended with an error");
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is "ContainerNotStarting")
        {
            Say($"{exception.ErrorId}: {exception.Message}");
        }
    }

    private void Step(string what) => output.WriteLine($"{Environment.NewLine}> {what}");

    private void Say(string what) => output.WriteLine($"  {what}");

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new DemoFailedException(otherwise);
        }
    }

    private sealed class StateLines(TextWriter output) : IProgress<EphemeralContainer>
    {
        private string _last = "";

        public void Report(EphemeralContainer value)
        {
            string line = $"  … {value.State} {value.Reason}";
            if (!string.Equals(line, _last, StringComparison.Ordinal))
            {
                output.WriteLine(line);
                _last = line;
            }
        }
    }
}
