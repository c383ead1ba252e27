Console.WriteLine("EphemeralDebug sandbox");
