"""Titles as papers have them, made up from a seed."""

import itertools
import random
from collections.abc import Iterator

NAMED, CHINESE, MIXED = 0.6, 0.08, 0.07
"""Shares of titles with a name before the colon, in Chinese, and in both languages."""


def _list(words: str) -> list[str]:
    return words.split()


_COMMON = _list("""
for learning with and of models in via the a to video generation diffusion from language large image model networks
neural deep efficient on by multimodal reasoning understanding using transformer visual 3d adaptive text-to-image
graph data attention reinforcement self-supervised robust representation training time text contrastive detection
segmentation memory vision-language knowledge towards unified long-term long prediction optimization policy
federated pre-training transformers few-shot zero-shot dynamic benchmark semantic scene framework object control
adversarial human high-resolution fast recognition scalable generative latent domain temporal spatial tuning
survey evaluation alignment retrieval estimation motion scaling agents feature open-vocabulary guided planning
retrieval-augmented sparse dense token tokens world autoregressive editing camera synthesis reconstruction point
cloud clouds gaussian splatting radiance fields compression quantization distillation pruning low-rank adaptation
prompt prompting in-context chain-of-thought instruction following preference reward human-in-the-loop feedback
online offline continual incremental transfer generalization uncertainty causal inference bayesian variational
autoencoder flow matching consistency score-based stochastic convergence gradient descent optimal transport kernel
theory bounds sample complexity bandits exploration hierarchical imitation robot manipulation navigation driving
autonomous perception tracking pose depth optical stereo monocular lidar radar medical imaging mri pathology
clinical protein molecule drug discovery materials weather forecasting series anomaly speech audio music voice
translation summarization question answering dialogue code program synthesis verification safety privacy fairness
bias interpretability explanation mechanistic circuits hallucination factuality editing unlearning watermarking
attacks defense backdoor jailbreak spectral convolution state space recurrent mixture experts routing hashing
search indexing recommendation click-through ranking session user interest cold-start embeddings tabular
streaming real-time edge mobile hardware accelerator inference-time serving cache speculative decoding parallel
""")

_CHINESE = _list("""
基于 扩散 模型 视频 生成 综述 图像 大语言 长视频 理解 多模态 学习 方法 研究 神经网络 注意力 机制 目标 检测 分割 强化
自监督 对比 记忆 增强 高效 推理 训练 数据 知识 蒸馏 图神经 推荐 系统 文本 到 的 与 面向 一种 三维 重建 语义 场景 机器人
控制 预测 时间 序列 异常 语音 识别 翻译 问答 安全 隐私 联邦 评测 基准 压缩 量化 剪枝 提示 对齐 智能体 规划 检索 表示
""")

_ENDINGS = _list(
    "Former Net GPT Chat Diff GAN LLM LLaMA Mamba CLIP VLM Bench Flow NeRF Agent SAM RAG 2 Lite -LM -Net ++"
)
_HEADS = [a + b for a, b in itertools.product(_list("b c d f g k l m n p r s t v w z st tr vi gr pl ch sh"), "aeiou")]
_TAILS = ["", *_list("n r l s x m t ra ne lo vi ta mo ri")]


class Titles:
    """An endless row of titles, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        # Zipf's law over ever rarer words: a few stand in every third title, most in one of thousands.
        rare = [self._syllables(3).lower() for _ in range(20_000)]
        self._words = [*_COMMON, *dict.fromkeys(rare)]
        self._frequencies = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self._words))))

    def __iter__(self) -> Iterator[str]:
        while True:
            yield self._title()

    def _title(self) -> str:
        kind = self._random.random()
        if kind < CHINESE:
            return self._chinese(4, 9)
        if kind < CHINESE + MIXED:
            return f"{self._name()}：{self._chinese(3, 7)}"
        words = " ".join(self._capital(word) for word in self._drawn(4, 11))
        return f"{self._name()}: {words}" if self._random.random() < NAMED else words

    def _drawn(self, least: int, most: int) -> list[str]:
        drawn = self._random.choices(self._words, cum_weights=self._frequencies, k=self._random.randint(least, most))
        return list(dict.fromkeys(drawn))

    def _chinese(self, least: int, most: int) -> str:
        return "".join(self._random.choices(_CHINESE, k=self._random.randint(least, most)))

    def _syllables(self, most: int) -> str:
        count = self._random.randint(2, most)
        return "".join(self._random.choice(_HEADS) + self._random.choice(_TAILS) for _ in range(count))

    def _name(self) -> str:
        kind = self._random.random()
        if kind < 0.55:  # MovieChat
            return self._syllables(3).capitalize() + self._random.choice(_ENDINGS)
        if kind < 0.7:  # MA-LMM
            first, second = (self._letters(2), self._letters(3))
            return f"{first}-{second}"
        if kind < 0.8:  # iVideoGPT
            word = self._random.choice(_COMMON).replace("-", "").capitalize()
            return f"{self._random.choice('iXUQ')}{word}{self._syllables(2).capitalize()}"
        if kind < 0.9:  # LongVideoTuner
            pair = "".join(self._random.choice(_COMMON).replace("-", "").capitalize() for _ in range(2))
            return pair + self._random.choice(["", "er", "2"])
        return self._syllables(3).upper()

    def _letters(self, least: int) -> str:
        return "".join(self._random.choices("ACDEGILMNPRSTV", k=self._random.randint(least, least + 1)))

    def _capital(self, word: str) -> str:
        return word if word in {"for", "with", "and", "of", "in", "via", "the", "a", "to", "on", "by"} else word.title()
