import * as aws from "@pulumi/aws";

export const eggs = new aws.s3.Bucket("eggs");
// new aws.ec2.Instance("bird");
