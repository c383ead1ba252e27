using System.Diagnostics;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Kubelet;

namespace EphemeralDebug.Sandbox.Tests.Kubelet;

public sealed class PodLifecycleTests : IAsyncLifetime
{
    private KubeletHost _host = null!;

    public async Task InitializeAsync() => _host = await KubeletHost.StartAsync(new KubeletOptions
    {
        RetryPeriod = TimeSpan.FromMilliseconds(100),
        InitialBackOff = TimeSpan.FromMilliseconds(300),
        PullDelays = new Dictionary<string, TimeSpan> { ["alpine:slow"] = TimeSpan.FromDays(1), ["alpine:3"] = TimeSpan.FromMilliseconds(200) },
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_pod_gets_a_node_an_address_and_a_phase()
    {
        await _host.AddSleepingPodAsync("web");

        JsonObject pod = _host.Store.Get("test", "web")!;

        Assert.Equal("sandbox-node", (string?)pod["spec"]!["nodeName"]);
        Assert.Equal("Running", (string?)pod["status"]!["phase"]);
        Assert.StartsWith("10.244.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal);
        Assert.All(pod["status"]!["conditions"]!.AsArray(), condition => Assert.Equal("True", (string?)condition!["status"]));
    }

    [Fact]
    public async Task A_pod_for_another_scheduler_or_node_is_left_alone()
    {
        _host.AddPod("none", """{"schedulerName":"none","containers":[{"name":"app","image":"busybox:1.36"}]}""");
        _host.AddPod("elsewhere", """{"nodeName":"another","containers":[{"name":"app","image":"busybox:1.36"}]}""");
        await _host.AddSleepingPodAsync("web");

        Assert.Equal("""{"phase":"Pending"}""", _host.Store.Get("test", "none")!["status"]!.ToJsonString());
        Assert.Equal("""{"phase":"Pending"}""", _host.Store.Get("test", "elsewhere")!["status"]!.ToJsonString());
    }

    [Fact]
    public async Task Init_containers_run_first_and_one_after_the_other()
    {
        _host.AddPod("web", """
            {"initContainers":[{"name":"one","image":"busybox:1.36","command":["true"]},{"name":"two","image":"busybox:1.36","command":["sleep","1000"]}],
             "containers":[{"name":"app","image":"busybox:1.36","command":["sleep","1000"]}]}
            """);

        await _host.WaitForStateAsync("web", "two", "running");

        JsonObject pod = _host.Store.Get("test", "web")!;
        Assert.True((bool)KubeletHost.FindStatus(pod, "one")!["ready"]!);
        Assert.Equal("PodInitializing", (string?)KubeletHost.FindStatus(pod, "app")!["state"]!["waiting"]!["reason"]);
        Assert.Equal("Pending", (string?)pod["status"]!["phase"]);
    }

    [Theory]
    [InlineData("Never", "exit 0", "Succeeded")]
    [InlineData("Never", "exit 3", "Failed")]
    [InlineData("OnFailure", "exit 0", "Succeeded")]
    public async Task A_pod_whose_containers_are_through_is_over(string restartPolicy, string script, string phase)
    {
        _host.AddPod("job", $$"""{"restartPolicy":"{{restartPolicy}}","containers":[{"name":"app","image":"busybox:1.36","command":["sh","-c","{{script}}"]}]}""");

        await _host.WaitAsync("job", pod => (string?)pod["status"]!["phase"] == phase ? pod : null);
    }

    [Fact]
    public async Task A_container_that_ends_is_started_again_after_a_pause_and_its_last_log_is_kept()
    {
        _host.AddPod("crash", """{"restartPolicy":"Always","containers":[{"name":"app","image":"busybox:1.36","command":["sh","-c","echo run; exit 3"]}]}""");

        JsonObject status = await _host.WaitForStateAsync("crash", "app", "waiting", "CrashLoopBackOff");

        Assert.True((int)status["restartCount"]! >= 1);
        Assert.Equal(3, (int?)status["lastState"]!["terminated"]!["exitCode"]);
        Assert.Matches(@"^back-off \d+s restarting failed container=app pod=crash_test\(.+\)$", (string?)status["state"]!["waiting"]!["message"]);
        Assert.Equal("run\n", await _host.GetLogAsync("crash", "previous=true"));
    }

    [Fact]
    public async Task Ephemeral_containers_start_in_the_target_s_processes_and_are_never_restarted()
    {
        await _host.AddSleepingPodAsync("web");
        _host.AddEphemeral("web", """{"name":"debug","image":"busybox:1.36","targetContainerName":"app","command":["sh","-c","ps -o pid,ppid,comm; ls /proc/1/root/etc/hostname"]}""");

        JsonObject status = await _host.WaitForStateAsync("web", "debug", "terminated");

        Assert.Equal("PID   PPID  COMMAND\n    1     0 sleep\n    2     0 sh\n    3     2 ps\n/proc/1/root/etc/hostname\n", await _host.GetLogAsync("web", "container=debug"));
        Assert.Equal(0, (int)status["restartCount"]!);
    }

    [Fact]
    public async Task A_target_that_ends_takes_the_containers_in_its_processes_along()
    {
        _host.AddPod("web", """{"restartPolicy":"Never","containers":[{"name":"app","image":"nginx"},{"name":"other","image":"busybox:1.36","command":["sleep","1000"]}]}""");
        await _host.WaitForStateAsync("web", "app", "running");
        _host.AddEphemeral("web", """{"name":"debug","image":"busybox:1.36","targetContainerName":"app","command":["sleep","1000"]}""");
        await _host.WaitForStateAsync("web", "debug", "running");

        using ChannelClient client = await _host.OpenAsync("web", "exec?container=debug&command=kill&command=1&stdout=true");
        await client.ReadToEndAsync();

        Assert.Equal(0, (int?)(await _host.WaitForStateAsync("web", "app", "terminated"))["state"]!["terminated"]!["exitCode"]);
        Assert.Equal(137, (int?)(await _host.WaitForStateAsync("web", "debug", "terminated"))["state"]!["terminated"]!["exitCode"]);
    }

    [Fact]
    public async Task What_a_container_leaves_in_the_target_s_processes_is_killed_with_it()
    {
        await _host.AddSleepingPodAsync("web");
        _host.AddEphemeral("web", """{"name":"debug","image":"busybox:1.36","targetContainerName":"app","command":["sh","-c","sleep 4711 & echo started"]}""");
        await _host.WaitForStateAsync("web", "debug", "terminated");

        using ChannelClient client = await _host.OpenAsync("web", "exec?container=app&command=sh&command=-c&command=ps -o args | grep -c '^sleep 4711'&stdout=true");
        await client.ReadToEndAsync();

        Assert.Equal("0\n", client.Output);
    }

    [Theory]
    [InlineData("""{"name":"debug","image":"nobody/nothing:1"}""", "ErrImagePull", "rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/nobody/nothing:1\": failed to resolve image: docker.io/nobody/nothing:1: not found")]
    [InlineData("""{"name":"debug","image":"nobody/nothing:1"}""", "ImagePullBackOff", "Back-off pulling image \"nobody/nothing:1\": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/nobody/nothing:1\": failed to resolve image: docker.io/nobody/nothing:1: not found")]
    [InlineData("""{"name":"debug","image":"alpine:3.20","imagePullPolicy":"Never"}""", "ErrImageNeverPull", "Container image \"alpine:3.20\" is not present with pull policy of Never")]
    [InlineData("""{"name":"debug","image":"busy box"}""", "InvalidImageName", "Failed to apply default image tag \"busy box\": couldn't parse image name \"busy box\": invalid reference format")]
    [InlineData("""{"name":"debug","image":"busybox:1.36","securityContext":{"runAsUser":0,"runAsNonRoot":true}}""", "CreateContainerConfigError", "container's runAsUser breaks non-root policy")]
    [InlineData("""{"name":"debug","image":"busybox:1.36","envFrom":[{"configMapRef":{"name":"gone"}}]}""", "CreateContainerConfigError", "configmap \"gone\" not found")]
    [InlineData("""{"name":"debug","image":"busybox:1.36","command":["/bin/nope"]}""", "RunContainerError", "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/bin/nope\": stat /bin/nope: no such file or directory")]
    public async Task What_cannot_start_waits_with_the_reason(string container, string reason, string message)
    {
        await _host.AddSleepingPodAsync("web");
        _host.AddEphemeral("web", container);

        JsonObject status = await _host.WaitForStateAsync("web", "debug", "waiting", reason);

        Assert.StartsWith(message, (string?)status["state"]!["waiting"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_an_image_is_pulled_containers_added_later_have_no_status()
    {
        await _host.AddSleepingPodAsync("web");
        _host.AddEphemeral("web", """{"name":"slow","image":"alpine:slow"}""");
        await _host.WaitForStateAsync("web", "slow", "waiting", "ContainerCreating");

        _host.AddEphemeral("web", """{"name":"later","image":"busybox:1.36"}""");
        await _host.AddSleepingPodAsync("another");

        Assert.Null(KubeletHost.FindStatus(_host.Store.Get("test", "web")!, "later"));
    }

    [Fact]
    public async Task A_pull_takes_its_time_and_then_the_container_runs()
    {
        await _host.AddSleepingPodAsync("web");
        long started = Stopwatch.GetTimestamp();
        _host.AddEphemeral("web", """{"name":"debug","image":"alpine:3","command":["sleep","1000"]}""");

        await _host.WaitForStateAsync("web", "debug", "running");

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(190));
    }

    [Fact]
    public async Task A_command_and_environment_are_expanded_and_users_and_volumes_honoured()
    {
        _host.AddPod("web", """
            {"volumes":[{"name":"shared","emptyDir":{}}],"securityContext":{"runAsUser":1000,"fsGroup":2000},
             "containers":[
               {"name":"app","image":"busybox:1.36","volumeMounts":[{"name":"shared","mountPath":"/data"}],"env":[{"name":"A","value":"x"},{"name":"B","value":"$(A)-$$(A)-$(C)"}],
                "command":["sh","-c","echo $0 $HOSTNAME > /data/f; id; exec sleep 1000","$(B)"]},
               {"name":"other","image":"busybox:1.36","volumeMounts":[{"name":"shared","mountPath":"/mnt/data","readOnly":true}],"command":["sh","-c","while ! cat /mnt/data/f 2>/dev/null; do sleep 0.05; done; exec sleep 1000"]}]}
            """);
        JsonObject status = await _host.WaitForStateAsync("web", "app", "running");

        Assert.Equal("""{"linux":{"uid":1000,"gid":0,"supplementalGroups":[0,2000]}}""", status["user"]!.ToJsonString());
        Assert.Equal("uid=1000 gid=0(root) groups=0(root),2000\n", await _host.ReadFirstLineAsync("web", "app"));
        Assert.Equal("x-$(A)-$(C) web\n", await _host.ReadFirstLineAsync("web", "other"));
    }

    [Fact]
    public async Task Deleting_a_pod_asks_its_processes_to_end_and_then_makes_them()
    {
        _host.AddPod("web", """{"containers":[{"name":"polite","image":"nginx"},{"name":"deaf","image":"busybox:1.36","command":["sleep","1000"]}]}""");
        await _host.WaitForStateAsync("web", "deaf", "running");
        await _host.WaitForStateAsync("web", "polite", "running");
        Task<JsonObject> failed = _host.WaitAsync("web", pod => (string?)pod["status"]!["phase"] == "Failed" ? pod : null);

        await _host.Kubelet.TerminateAsync("test", "web", TimeSpan.FromMilliseconds(300));

        JsonObject last = await failed;
        Assert.Equal(0, (int?)KubeletHost.FindStatus(last, "polite")!["state"]!["terminated"]!["exitCode"]);
        Assert.Equal(137, (int?)KubeletHost.FindStatus(last, "deaf")!["state"]!["terminated"]!["exitCode"]);
        Assert.Null(_host.Store.Get("test", "web"));
    }
}
