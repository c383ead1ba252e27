using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Images;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Starts containers: pulls, checks, creates, runs, and fails where a kubelet and containerd fail.</summary>
internal sealed class ContainerStarter(ImageStore images, NodeEvents events, TimeProvider time)
{
    private const string RunPrefix = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Starts a run of a container and puts it into the record. The token ends a pull.</summary>
    /// <exception cref="ContainerStartException">It can't be started.</exception>
    public async Task StartAsync(
        ContainerRecord record, JsonObject pod, PodRuntime runtime, Func<string, ContainerRecord?> findTarget, CancellationToken cancellation)
    {
        ContainerSpec spec = record.Spec;
        ImageReference reference = await EnsureImageAsync(record, pod, cancellation);
        SimulatedImage image = ImageCatalog.Find(reference)!;
        Credentials credentials = ChooseUser(spec, image, pod);
        Dictionary<string, string> environment = ContainerEnvironment.Create(spec, image, pod, runtime.HostName);
        ContainerRun? target = FindTarget(spec, findTarget);
        var terminationMessage = new RegularFile([]) { Mode = 0b110_110_110 };
        var run = new ContainerRun(spec, reference, credentials, terminationMessage, time);
        ProcessNamespace processes = runtime.NamespaceFor(target);
        DirectoryNode root = runtime.CreateRoot(image, spec, processes, terminationMessage);
        string directory = spec.WorkingDirectory ?? image.WorkingDirectory;
        root.Directory(directory);
        record.Begin(run);
        if (record.Earlier is null)
        {
            events.Created(pod, spec);
        }

        environment.TryAdd("HOME", credentials.UserId == 0 ? "/root" : "/");
        string[] command = [.. spec.Command.Count > 0 ? spec.Command : image.Entrypoint, .. spec.Command.Count > 0 || spec.Arguments.Count > 0 ? spec.Arguments : image.Command];
        string[] expanded = [.. command.Select(word => ContainerEnvironment.Expand(word, environment))];
        await StartProcessAsync(run, processes, new ProcessStart
        {
            Scope = runtime.CreateScope(root),
            Arguments = expanded,
            Environment = environment,
            WorkingDirectory = directory,
            Files = run.OpenFiles(),
            Credentials = credentials,
            Terminal = run.Terminal,
        });
        if (record.Earlier is { } earlier)
        {
            run.TakeOver(earlier);
        }
        else
        {
            events.Started(pod, spec);
        }
    }

    private static async Task StartProcessAsync(ContainerRun run, ProcessNamespace processes, ProcessStart start)
    {
        try
        {
            SimulatedProcess process = RuntimeProcess.Start(processes, start);
            run.Follow(process);

            // A real container has long set up its signal handlers when its status says that it runs.
            await Task.WhenAny(process.Settled, Task.Delay(SettlingTime, CancellationToken.None));
        }
        catch (RuntimeProcessException exception)
        {
            run.FailToStart(RunPrefix + exception.Message);
            throw new ContainerStartException("RunContainerError", RunPrefix + exception.Message);
        }
    }

    private async Task<ImageReference> EnsureImageAsync(ContainerRecord record, JsonObject pod, CancellationToken cancellation)
    {
        ContainerSpec spec = record.Spec;
        if (ImageReference.Parse(spec.Image, out string error) is not { } reference)
        {
            throw LacksImage("InvalidImageName", $"Failed to apply default image tag \"{spec.Image}\": couldn't parse image name \"{spec.Image}\": {error}");
        }

        if (record is { Earlier: not null, Current: null })
        {
            return reference;
        }

        bool isPresent = images.Has(reference);
        if (isPresent && spec.PullPolicy != "Always")
        {
            events.AlreadyPresent(pod, spec);
            return reference;
        }

        if (spec.PullPolicy == "Never")
        {
            throw LacksImage("ErrImageNeverPull", $"Container image \"{spec.Image}\" is not present with pull policy of Never");
        }

        if (record.PullFailedAt is { } failedAt && record.PullBackOff.Until(failedAt) > time.GetUtcNow())
        {
            events.PullBacksOff(pod, spec);
            throw LacksImage("ImagePullBackOff", $"Back-off pulling image \"{spec.Image}\": ErrImagePull: {record.PullError}");
        }

        events.Pulling(pod, spec);
        record.PullError = await images.PullAsync(spec.Image, reference, cancellation);
        if (record.PullError is null)
        {
            record.PullFailedAt = null;
            events.Pulled(pod, spec);
            return reference;
        }

        record.PullFailedAt = time.GetUtcNow();
        record.PullBackOff.Next();
        events.PullFailed(pod, spec, record.PullError);
        throw LacksImage("ErrImagePull", record.PullError);
    }

    private static ContainerStartException LacksImage(string reason, string message) => new(reason, message) { LacksImage = true };

    private static Credentials ChooseUser(ContainerSpec spec, SimulatedImage image, JsonObject pod)
    {
        JsonNode? podContext = pod["spec"]?["securityContext"];
        JsonNode? Setting(string name) => spec.SecurityContext?[name] ?? podContext?[name];
        int? demanded = Id(Setting("runAsUser"));
        int user = demanded ?? image.UserId;
        if ((bool?)Setting("runAsNonRoot") == true && user == 0)
        {
            var metadata = (JsonObject)pod["metadata"]!;
            string where = $"(pod: \"{metadata["name"]}_{metadata["namespace"]}({metadata["uid"]})\", container: {spec.Name})";
            throw new ContainerStartException("CreateContainerConfigError", demanded is null
                ? $"container has runAsNonRoot and image will run as root {where}"
                : $"container's runAsUser breaks non-root policy {where}");
        }

        int group = Id(Setting("runAsGroup")) ?? (demanded is null ? image.UserId : 0);
        IEnumerable<int> supplemental = (podContext?["supplementalGroups"] as JsonArray ?? []).Select(id => Id(id)!.Value);
        IEnumerable<int> volumes = podContext?["fsGroup"] is { } volumeGroup ? [Id(volumeGroup)!.Value] : [];
        JsonNode? added = spec.SecurityContext?["capabilities"]?["add"];
        bool canTrace = (bool?)spec.SecurityContext?["privileged"] == true
            || (added as JsonArray ?? []).Any(name => ((string?)name)?.ToUpperInvariant() is "SYS_PTRACE" or "CAP_SYS_PTRACE" or "ALL");
        return new Credentials(user, group, [.. supplemental.Concat(volumes).Prepend(group).Distinct()], canTrace);
    }

    // Ids are 64-bit numbers of the API, and what holds one is read as nothing else; those in use fit into 31 bits.
    private static int? Id(JsonNode? number) => (int?)(long?)number;

    private static ContainerRun? FindTarget(ContainerSpec spec, Func<string, ContainerRecord?> findTarget)
    {
        if (spec.TargetContainer is not { } name)
        {
            return null;
        }

        ContainerRun? target = findTarget(name)?.Current;
        if (target is null)
        {
            throw new ContainerStartException("CreateContainerConfigError", $"unable to find target container {name}");
        }

        return target.IsRunning
            ? target
            : throw new ContainerStartException("CreateContainerError", $"failed to generate container \"{ContainerRun.NewId()}\" spec: failed to generate spec opts: invalid target container: container \"{target.Id}\" is not running - in state CONTAINER_EXITED");
    }
}
