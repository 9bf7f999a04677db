namespace Sallyport.Scan.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void The_runner_runs() => typeof(SkeletonTests).Assembly.GetName().Name.ShouldBe("Sallyport.Scan.Tests");
}
