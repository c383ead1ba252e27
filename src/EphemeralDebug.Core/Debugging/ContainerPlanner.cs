using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Profiles;

namespace EphemeralDebug.Debugging;

/// <summary>Turns a pod and what a user asked for into a plan. Pure: nothing is read, sent or remembered.</summary>
public static class ContainerPlanner
{
    private const string VolumeMounts = "volumeMounts";

    /// <summary>
    /// Plans an ephemeral container for the pod. What only the server can refuse is planned, as kubectl does it;
    /// <see cref="FindProblems"/> tells beforehand.
    /// </summary>
    /// <param name="pod">The pod as the server returned it.</param>
    /// <param name="options">What was asked.</param>
    /// <param name="names">Where a name comes from when none was asked.</param>
    /// <exception cref="PlanException">What was asked makes no sense in itself or with this pod.</exception>
    /// <exception cref="ArgumentException">The pod has no name or namespace.</exception>
    public static ContainerPlan Plan(JsonObject pod, ContainerOptions options, INameSource names)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(names);
        var containers = PodContainers.Read(pod);

        PlanChecks.CheckImage(options.Image);
        PlanChecks.CheckTerminal(options.Stdin, options.Tty);
        string name = ContainerName.Choose(options.Name, containers, names);
        JsonObject container = Describe(options, name);
        SecurityProfile.Apply(options.Profile, container);
        if (options.CustomProfile is { } custom)
        {
            CustomProfile.Apply(custom, container);
        }

        return new ContainerPlan
        {
            Namespace = containers.Namespace,
            Pod = containers.Pod,
            Name = name,
            Image = options.Image,
            Target = string.IsNullOrEmpty(options.Target) ? null : options.Target,
            Container = ContainerJson.Sort(container)!.AsObject(),
            Existing = containers.EphemeralContainers,
        };
    }

    /// <summary>
    /// What the server would refuse (422) of a plan that can be sent: a target that the pod does not have, and
    /// fields that an ephemeral container cannot have. Empty when nothing is known to be wrong.
    /// </summary>
    public static IReadOnlyList<PlanProblem> FindProblems(JsonObject pod, ContainerPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var containers = PodContainers.Read(pod);
        List<PlanProblem> problems = [];
        if (plan.Target is { } target && !containers.IsTarget(target))
        {
            problems.Add(new PlanProblem(
                PlanErrorCode.TargetNotFound,
                nameof(ContainerOptions.Target),
                $"Pod {plan.Namespace}/{plan.Pod} has no container \"{target}\" to target.",
                $"Choose one of {string.Join(", ", containers.Containers.Concat(containers.InitContainers))}."));
        }

        problems.AddRange(FindRefusedFields(plan.Container).Select(static field => new PlanProblem(
            PlanErrorCode.UnsupportedField,
            nameof(ContainerOptions.CustomProfile),
            $"{field} cannot be set for an ephemeral container.",
            "Take it out of the custom profile.")));
        return problems;
    }

    /// <summary>The container before any profile, with the fields that kubectl sends.</summary>
    private static JsonObject Describe(ContainerOptions options, string name)
    {
        JsonObject container = new()
        {
            ["name"] = name,
            ["image"] = options.Image,
            ["imagePullPolicy"] = options.PullPolicy?.ToString() ?? "",
            ["command"] = List(options.Command),
            ["args"] = List(options.Arguments),
            ["env"] = ContainerEnvironment.ToJson(options.Environment),
            ["resources"] = new JsonObject(),
            ["stdin"] = options.Stdin,
            ["tty"] = options.Tty,
            ["terminationMessagePolicy"] = "File",
            ["targetContainerName"] = options.Target ?? "",
        };
        ContainerJson.RemoveUnset(container);
        return container;
    }

    private static JsonArray List(IReadOnlyList<string> items) => new([.. items.Select(static item => (JsonNode)item)]);

    private static IEnumerable<string> FindRefusedFields(JsonObject container)
    {
        foreach ((string name, JsonNode? value) in container)
        {
            if (!ContainerJson.IsEmpty(value) && !ContainerFields.IsAllowedInEphemeralContainer(name))
            {
                yield return name;
            }
        }

        var mounts = container[VolumeMounts] as JsonArray ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            foreach (string field in (string[])["subPath", "subPathExpr"])
            {
                if (!ContainerJson.IsEmpty(mounts[i]?[field]))
                {
                    yield return $"{VolumeMounts}[{i}].{field}";
                }
            }
        }
    }
}
