using System.Globalization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>What a recording's replay has to fulfil.</summary>
internal static class ReplayAssert
{
    /// <summary>Every step went as recorded but for those that are listed, and those did not.</summary>
    public static void AsRecorded(Recording recording, string name, ScenarioResult result)
    {
        if (recording.NotReproduced.ContainsKey(name))
        {
            bool reproduced = result.Given is null && result.Steps.All(problem => problem is null);
            Assert.False(reproduced, $"{name} is reproduced now: take it off the list.");
            return;
        }

        Assert.True(result.Given is null, $"{name}, before the first step: {result.Given}");
        var problems = new List<string>();
        foreach ((int index, string? problem) in result.Steps.Index())
        {
            string step = string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
            bool listed = recording.NotReproduced.ContainsKey(step);
            if (listed && problem is null)
            {
                problems.Add($"{step} is reproduced now: take it off the list.");
            }
            else if (!listed && problem is not null)
            {
                problems.Add($"{step}: {problem}");
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
    }

    /// <summary>The list of what is not reproduced names what is there.</summary>
    public static void NamesRecordedSteps(Recording recording)
    {
        foreach (string name in recording.NotReproduced.Keys)
        {
            string[] parts = name.TrimEnd(']').Split('[');
            Assert.True(recording.Scenarios.TryGetValue(parts[0], out Scenario? scenario), name);
            Assert.True(parts.Length == 1 || int.Parse(parts[1], CultureInfo.InvariantCulture) < scenario.Steps.Count, name);
        }
    }
}
